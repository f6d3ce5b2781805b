using System.Text.Json.Nodes;
using Gateway.Schema;
using static Gateway.Entities.Protocol;

namespace Gateway.Entities;

/// <summary>A rule by which requests find their service.</summary>
[Entity("routes", EndpointKey = nameof(Name), SubschemaKey = nameof(Protocols))]
public sealed record Route : IDeclared<Route>
{
    /// <summary>The route's id.</summary>
    [Auto] public Id<Route> Id { get; init; }

    /// <summary>When the route was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the route was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>A name that is unique in the workspace.</summary>
    [Unique, Name] public string? Name { get; init; }

    /// <summary>The protocols of the requests that the route takes.</summary>
    [OneProtocolFamily] public IReadOnlySet<Protocol> Protocols { get; init; } = new HashSet<Protocol> { Http, Https };

    /// <summary>The answer to a cleartext request on a route that takes only HTTPS.</summary>
    [OneOf(426, 301, 302, 307, 308)] public int HttpsRedirectStatusCode { get; init; } = 426;

    /// <summary>Whether the matched prefix is taken off the path before it goes upstream.</summary>
    public bool StripPath { get; init; } = true;

    /// <summary>Whether the upstream sees the client's Host header instead of its own host.</summary>
    public bool PreserveHost { get; init; }

    /// <summary>Whether the whole request body is read before it goes upstream.</summary>
    public bool RequestBuffering { get; init; } = true;

    /// <summary>Whether the whole response body is read before it goes to the client.</summary>
    public bool ResponseBuffering { get; init; } = true;

    /// <summary>Words to find the route by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    /// <summary>The service that matched requests go to.</summary>
    public Id<Service>? Service { get; init; }

    /// <summary>The server names of the TLS connections that match.</summary>
    [ServerName] public IReadOnlySet<string>? Snis { get; init; }

    /// <summary>The client addresses that match, for streams.</summary>
    public IReadOnlySet<Endpoint>? Sources { get; init; }

    /// <summary>The local addresses that match, for streams.</summary>
    public IReadOnlySet<Endpoint>? Destinations { get; init; }

    /// <summary>The methods that match.</summary>
    [Match("^%u+$")] public IReadOnlySet<string>? Methods { get; init; }

    /// <summary>The hosts that match, with or without a port, with one wildcard at most.</summary>
    [RouteHost] public IReadOnlyList<string>? Hosts { get; init; }

    /// <summary>The paths that match: prefixes, or regular expressions after a <c>~</c>.</summary>
    [RoutePath] public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>The headers that match, each with the values of which one must be there.</summary>
    [RouteHeaderName(On = Level.Keys)] public IReadOnlyDictionary<string, IReadOnlyList<string>>? Headers { get; init; }

    /// <summary>The place among routes whose regular expressions match the same request; the greater goes first.</summary>
    public int? RegexPriority { get; init; } = 0;

    /// <summary>How the service's path and the request's are joined.</summary>
    [OneOf("v0", "v1")] public string? PathHandling { get; init; } = "v0";

    /// <summary>The condition that requests must fulfil, in the router's expression language.</summary>
    [OnlyWith(Features.Expressions)] public string? Expression { get; init; }

    /// <summary>The place among routes written as expressions that match the same request; the greater goes first.</summary>
    [Between(0, 70368744177663), OnlyWith(Features.Expressions)] public long Priority { get; init; } = 0;

    static IReadOnlyList<Check> IDeclared<Route>.Checks =>
    [
        When<Route>.Field(r => r.Protocols).HasNone(Grpcs, Https, Tls, TlsPassthrough)
            .Then(r => r.Snis, Matcher.Of(new LengthRule(LengthKind.Exactly, 0)), "'snis' can only be set when 'protocols' is 'grpcs', 'https', 'tls' or 'tls_passthrough'"),
        new CustomCheck(["path_handling"], _ => null),
        new CustomCheck(
            ["id", "protocols", "snis", "sources", "destinations", "methods", "hosts", "paths", "headers", "expression", "regex_priority", "priority"],
            RouteRules.JudgeMatching,
            runWithMissingFields: true),
    ];

    static IReadOnlyList<Subschema> IDeclared<Route>.Subschemas => RouteRules.Subschemas;
}

/// <summary>An address, a range, a port, or an address with a port.</summary>
public sealed record Endpoint : IDeclared<Endpoint>
{
    /// <summary>An IP address or a range in CIDR notation.</summary>
    [IpOrCidr] public string? Ip { get; init; }

    /// <summary>A port.</summary>
    [Port] public int? Port { get; init; }

    static IReadOnlyList<Check> IDeclared<Endpoint>.Checks => [Fields<Endpoint>.AtLeastOne(e => e.Ip, e => e.Port)];
}

/// <summary>A header name that is not <c>host</c>, which has an attribute of its own.</summary>
public sealed class RouteHeaderNameAttribute : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules =>
    [
        new MatchEachRule([("^[Hh][Oo][Ss][Tt]$", "cannot contain 'host' header, which must be specified in the 'hosts' attribute")], none: true),
        .. new HeaderNameAttribute().Rules,
    ];
}
