using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gateway.Sync.Telemetry;

/// <summary>One request out of many, for people to look at; it holds no header, no body, and of the query only the names.</summary>
public sealed record RequestSample
{
    // More than any part of a sample has; what is longer was not made by a data plane of ours.
    private const int Longest = 512;

    /// <summary>When it was answered, in Unix milliseconds.</summary>
    public long At { get; init; }

    /// <summary>Its id, which the log and the upstream know too.</summary>
    public string Id { get; init; } = "";

    /// <summary>The method.</summary>
    public string Method { get; init; } = "";

    /// <summary>The host that was asked for.</summary>
    public string Host { get; init; } = "";

    /// <summary>The path, secrets masked, with the names of the query.</summary>
    public string Path { get; init; } = "";

    /// <summary>The status of the answer.</summary>
    public int Status { get; init; }

    /// <summary>Whether the gateway gave the answer itself.</summary>
    public bool Own { get; init; }

    /// <summary>The client's address.</summary>
    public string Client { get; init; } = "";

    /// <summary>The route; null when none matched.</summary>
    public Guid? Route { get; init; }

    /// <summary>The service; null when there was none.</summary>
    public Guid? Service { get; init; }

    /// <summary>The consumer; null when nobody was recognised.</summary>
    public Guid? Consumer { get; init; }

    /// <summary>How long it took in all, in milliseconds.</summary>
    public double Latency { get; init; }

    /// <summary>How long the upstream took to begin its answer, in milliseconds; null when it was not asked or did not answer.</summary>
    public double? Upstream { get; init; }

    /// <summary>How long the gateway took before the request went upstream, in milliseconds; null when it did not.</summary>
    public double? Gateway { get; init; }

    internal bool IsPlausible => new[] { Id, Method, Host, Path, Client }.All(t => t is { Length: <= Longest })
        && At >= 0 && Status is >= 0 and < 1000 && double.IsFinite(Latency) && double.IsFinite(Upstream ?? 0) && double.IsFinite(Gateway ?? 0);

    /// <summary>The sample as the Admin API shows it.</summary>
    /// <param name="node">The data plane that answered it.</param>
    /// <param name="hostname">The name of that node's machine.</param>
    public JsonObject Render(string node, string hostname) => new()
    {
        ["at"] = At,
        ["id"] = Id,
        ["node"] = node,
        ["hostname"] = hostname,
        ["method"] = Method,
        ["host"] = Host,
        ["path"] = Path,
        ["status"] = Status,
        ["source"] = Own ? "kong" : "service",
        ["client_ip"] = Client,
        ["route"] = Reference(Route),
        ["service"] = Reference(Service),
        ["consumer"] = Reference(Consumer),
        ["latency_ms"] = Latency,
        ["latency_upstream_ms"] = Upstream,
        ["latency_gateway_ms"] = Gateway,
    };

    private static JsonObject? Reference(Guid? id) => id is { } known ? new JsonObject { ["id"] = known.ToString() } : null;
}
