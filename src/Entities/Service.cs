using System.Text.Json.Nodes;
using Gateway.Schema;
using static Gateway.Entities.Protocol;

namespace Gateway.Entities;

/// <summary>An upstream API that routes lead to.</summary>
[Entity("services", EndpointKey = nameof(Name))]
public sealed record Service : IDeclared<Service>
{
    /// <summary>The service's id.</summary>
    [Auto] public Id<Service> Id { get; init; }

    /// <summary>When the service was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the service was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>A name that is unique in the workspace.</summary>
    [Unique, Name] public string? Name { get; init; }

    /// <summary>How many further tries a request gets when the connection to a target fails.</summary>
    [Between(0, 32767)] public int? Retries { get; init; } = 5;

    /// <summary>The protocol spoken with the upstream.</summary>
    public Protocol Protocol { get; init; } = Http;

    /// <summary>The host name or IP address of the upstream, or the name of an upstream entity.</summary>
    [Host] public required string Host { get; init; }

    /// <summary>The upstream's port.</summary>
    [Port] public int Port { get; init; } = 80;

    /// <summary>The path that is put before the request's own.</summary>
    [HttpPath] public string? Path { get; init; }

    /// <summary>How long connecting to the upstream may take, in milliseconds.</summary>
    [Milliseconds] public int? ConnectTimeout { get; init; } = 60_000;

    /// <summary>How long two writes to the upstream may lie apart, in milliseconds.</summary>
    [Milliseconds] public int? WriteTimeout { get; init; } = 60_000;

    /// <summary>How long two reads from the upstream may lie apart, in milliseconds.</summary>
    [Milliseconds] public int? ReadTimeout { get; init; } = 60_000;

    /// <summary>Words to find the service by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    /// <summary>The certificate shown to the upstream in a TLS handshake.</summary>
    public Id<Certificate>? ClientCertificate { get; init; }

    /// <summary>Whether the upstream's certificate is verified; null leaves it to the node's setting.</summary>
    public bool? TlsVerify { get; init; }

    /// <summary>How long the upstream's certificate chain may be.</summary>
    [Between(0, 64), Shows(Shown.NullDefault)] public int? TlsVerifyDepth { get; init; }

    /// <summary>The CA certificates that the upstream's certificate is verified against.</summary>
    public IReadOnlyList<Guid>? CaCertificates { get; init; }

    /// <summary>Whether the service takes part; the routes of a disabled one are not matched.</summary>
    public bool Enabled { get; init; } = true;

    static IReadOnlyList<Check> IDeclared<Service>.Checks =>
    [
        When<Service>.Field(s => s.Protocol).IsAnyOf(Tcp, Tls, Udp, Grpc, Grpcs).ThenNull(s => s.Path),
        When<Service>.Field(s => s.Protocol).IsNoneOf(Https, Tls).ThenNull(s => s.ClientCertificate),
        When<Service>.Field(s => s.Protocol).IsNoneOf(Https, Tls).ThenNull(s => s.TlsVerify),
        When<Service>.Field(s => s.Protocol).IsNoneOf(Https, Tls).ThenNull(s => s.TlsVerifyDepth),
        When<Service>.Field(s => s.Protocol).IsNoneOf(Https, Tls).ThenNull(s => s.CaCertificates),
    ];

    static IReadOnlyList<Shorthand> IDeclared<Service>.Shorthands => [Shorthand.Text("url", FromUrl)];

    /// <summary>Takes an URL apart as Kong does: what it lacks becomes null or the protocol's default; the query is dropped.</summary>
    private static JsonObject FromUrl(JsonNode? value)
    {
        var url = ServiceUrl.Parse(Json.String(value) ?? string.Empty);
        return new JsonObject { ["protocol"] = url.Protocol, ["host"] = url.Host, ["port"] = url.Port, ["path"] = url.Path };
    }
}
