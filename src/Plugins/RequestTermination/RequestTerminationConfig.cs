using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.RequestTermination;

/// <summary>What requests are answered with, and which of them.</summary>
public sealed record RequestTerminationConfig : IPluginConfig<RequestTerminationConfig>
{
    /// <summary>The status of the answer.</summary>
    [Between(100, 599)] public int StatusCode { get; init; } = 503;

    /// <summary>The message of a JSON answer; a usual one for the status when there is none.</summary>
    public string? Message { get; init; }

    /// <summary>The type of the body.</summary>
    public string? ContentType { get; init; }

    /// <summary>The body, in place of a JSON answer.</summary>
    public string? Body { get; init; }

    /// <summary>Whether the answer tells the request, and what it matched.</summary>
    public bool Echo { get; init; }

    /// <summary>The header or query argument that a request must carry to be answered; without a name all are.</summary>
    [HeaderName] public string? Trigger { get; init; }

    static Func<System.Text.Json.Nodes.JsonObject, string?>? IDeclared<RequestTerminationConfig>.Judge => static config =>
    {
        var (type, body) = (config["content_type"] is not null, config["body"] is not null);
        return config["message"] is not null && (type || body) ? "message cannot be used with content_type or body"
            : type && !body ? "content_type requires a body"
            : Json.Same(config["echo"], true) && (type || body) ? "echo cannot be used with content_type and body"
            : null;
    };
}
