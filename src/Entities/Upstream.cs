using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Gateway.Schema;
using static Gateway.Entities.HashInput;

namespace Gateway.Entities;

/// <summary>A virtual host whose requests are spread over targets.</summary>
[Entity("upstreams", EndpointKey = nameof(Name))]
public sealed record Upstream : IDeclared<Upstream>
{
    /// <summary>The upstream's id.</summary>
    [Auto] public Id<Upstream> Id { get; init; }

    /// <summary>When the upstream was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>The host name by which services refer to it.</summary>
    [Unique, UpstreamName] public required string Name { get; init; }

    /// <summary>When the upstream was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>How a target is chosen.</summary>
    public BalancingAlgorithm? Algorithm { get; init; } = BalancingAlgorithm.RoundRobin;

    /// <summary>What consistent hashing hashes.</summary>
    public HashInput? HashOn { get; init; } = None;

    /// <summary>What is hashed when the first input is missing.</summary>
    public HashInput? HashFallback { get; init; } = None;

    /// <summary>The header that is hashed.</summary>
    [HeaderName] public string? HashOnHeader { get; init; }

    /// <summary>The header that is hashed as a fallback.</summary>
    [HeaderName] public string? HashFallbackHeader { get; init; }

    /// <summary>The cookie that is hashed.</summary>
    [CookieName] public string? HashOnCookie { get; init; }

    /// <summary>The path of the cookie that is set when the request has none.</summary>
    [HttpPath] public string? HashOnCookiePath { get; init; } = "/";

    /// <summary>The query parameter that is hashed.</summary>
    [MinLength(1)] public string? HashOnQueryArg { get; init; }

    /// <summary>The query parameter that is hashed as a fallback.</summary>
    [MinLength(1)] public string? HashFallbackQueryArg { get; init; }

    /// <summary>The capture of the route's regular expression that is hashed.</summary>
    [MinLength(1)] public string? HashOnUriCapture { get; init; }

    /// <summary>The capture that is hashed as a fallback.</summary>
    [MinLength(1)] public string? HashFallbackUriCapture { get; init; }

    /// <summary>The number of points of the consistent-hashing ring.</summary>
    [Between(10, 65536)] public int? Slots { get; init; } = 10000;

    /// <summary>How the health of the targets is found out.</summary>
    [Shows(Shown.RecordDefault)] public Healthchecks Healthchecks { get; init; } = new();

    /// <summary>Words to find the upstream by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    /// <summary>The Host header that targets see.</summary>
    [HostWithPort] public string? HostHeader { get; init; }

    /// <summary>The certificate shown to the targets in a TLS handshake.</summary>
    public Id<Certificate>? ClientCertificate { get; init; }

    /// <summary>Whether the name of the SRV record becomes the Host header.</summary>
    public bool? UseSrvName { get; init; } = false;

    static IReadOnlyList<Check> IDeclared<Upstream>.Checks =>
    [
        When<Upstream>.Field(u => u.HashOn).Matches(Header).ThenRequired(u => u.HashOnHeader),
        When<Upstream>.Field(u => u.HashFallback).Matches(Header).ThenRequired(u => u.HashFallbackHeader),
        When<Upstream>.Field(u => u.HashOn).Matches(Cookie).ThenRequired(u => u.HashOnCookie),
        When<Upstream>.Field(u => u.HashFallback).Matches(Cookie).ThenRequired(u => u.HashOnCookie),
        When<Upstream>.Field(u => u.HashOn).Matches(None).ThenOneOf(u => u.HashFallback, None),
        When<Upstream>.Field(u => u.HashOn).Matches(Cookie).ThenOneOf(u => u.HashFallback, None),
        When<Upstream>.Field(u => u.HashOn).Matches(HashInput.Consumer).ThenOneOf(u => u.HashFallback, None, Ip, Header, Cookie, HashInput.Path, QueryArg, UriCapture),
        When<Upstream>.Field(u => u.HashOn).Matches(Ip).ThenOneOf(u => u.HashFallback, None, HashInput.Consumer, Header, Cookie, HashInput.Path, QueryArg, UriCapture),
        When<Upstream>.Field(u => u.HashOn).Matches(HashInput.Path).ThenOneOf(u => u.HashFallback, None, HashInput.Consumer, Header, Cookie, QueryArg, Ip, UriCapture),
        Fields<Upstream>.Distinct(u => u.HashOnHeader, u => u.HashFallbackHeader),
        When<Upstream>.Field(u => u.HashOn).Matches(QueryArg).ThenRequired(u => u.HashOnQueryArg),
        When<Upstream>.Field(u => u.HashFallback).Matches(QueryArg).ThenRequired(u => u.HashFallbackQueryArg),
        Fields<Upstream>.Distinct(u => u.HashOnQueryArg, u => u.HashFallbackQueryArg),
        When<Upstream>.Field(u => u.HashOn).Matches(UriCapture).ThenRequired(u => u.HashOnUriCapture),
        When<Upstream>.Field(u => u.HashFallback).Matches(UriCapture).ThenRequired(u => u.HashFallbackUriCapture),
        Fields<Upstream>.Distinct(u => u.HashOnUriCapture, u => u.HashFallbackUriCapture),
    ];

    static IReadOnlyList<Shorthand> IDeclared<Upstream>.Shorthands => [Shorthand.Text("algorithm", FromAlgorithm), Shorthand.Text("hash_on", FromHashOn)];

    /// <summary>Choosing an algorithm that does not hash takes the hash input away.</summary>
    private static JsonObject FromAlgorithm(JsonNode? value) => Json.String(value) is "least-connections" or "latency"
        ? new JsonObject { ["algorithm"] = value!.DeepClone(), ["hash_on"] = null }
        : new JsonObject { ["algorithm"] = value?.DeepClone() };

    /// <summary>Choosing a hash input chooses consistent hashing, and none chooses round-robin.</summary>
    private static JsonObject FromHashOn(JsonNode? value) => Json.String(value) switch
    {
        null => new JsonObject { ["hash_on"] = value is null ? "none" : value.DeepClone() },
        "none" => new JsonObject { ["hash_on"] = "none", ["algorithm"] = "round-robin" },
        var input => new JsonObject { ["hash_on"] = input, ["algorithm"] = "consistent-hashing" },
    };
}

/// <summary>The ways of choosing a target.</summary>
public enum BalancingAlgorithm
{
    /// <summary>The same input goes to the same target.</summary>
    [JsonStringEnumMemberName("consistent-hashing")] ConsistentHashing,

    /// <summary>The target with the fewest connections for its weight.</summary>
    [JsonStringEnumMemberName("least-connections")] LeastConnections,

    /// <summary>Each in turn, as often as its weight says.</summary>
    [JsonStringEnumMemberName("round-robin")] RoundRobin,

    /// <summary>The target that answers fastest.</summary>
    Latency,
}

/// <summary>What consistent hashing may hash.</summary>
public enum HashInput
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The consumer, or else the credential.</summary>
    Consumer,

    /// <summary>The client's address.</summary>
    Ip,

    /// <summary>A header.</summary>
    Header,

    /// <summary>A cookie.</summary>
    Cookie,

    /// <summary>The request's path.</summary>
    Path,

    /// <summary>A query parameter.</summary>
    QueryArg,

    /// <summary>A capture of the route's regular expression.</summary>
    UriCapture,
}
