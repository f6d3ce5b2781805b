using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Schema;
using static Gateway.Entities.Protocol;

namespace Gateway.Entities;

/// <summary>The variants of a route by protocol, and what its regular expressions may not do.</summary>
internal static class RouteRules
{
    private const string Stream = "'tcp', 'tls', 'tls_passthrough' or 'udp'";
    private const string Grpcish = "'grpc' or 'grpcs'";

    public static IReadOnlyList<Subschema> Subschemas =>
    [
        new Subschema
        {
            Name = "http",
            AppliesTo = ["http", "https"],
            Fields = [Forbidden("sources", "'http' or 'https'"), Forbidden("destinations", "'http' or 'https'")],
            Checks =
            [
                When<Route>.Condition.Either(
                    When<Route>.Field(r => r.Protocols).Contains(Https)
                        .ThenAtLeastOne("must set one of %s when 'protocols' is 'https'", r => r.Methods, r => r.Hosts, r => r.Headers, r => r.Paths, r => r.Snis),
                    When<Route>.Field(r => r.Protocols).Contains(Http)
                        .ThenAtLeastOne("must set one of %s when 'protocols' is 'http'", r => r.Methods, r => r.Hosts, r => r.Headers, r => r.Paths)),
            ],
        },
        new Subschema
        {
            Name = "tcp",
            AppliesTo = ["tcp", "tls", "udp", "tls_passthrough"],
            Fields = [Forbidden("methods", Stream), Forbidden("hosts", Stream), Forbidden("paths", Stream), ForbiddenHeaders()],
            Checks =
            [
                When<Route>.Field(r => r.Protocols).HasOnly(Tcp, Tls, Udp)
                    .ThenAtLeastOne("must set one of %s when 'protocols' is 'tcp', 'tls' or 'udp'", r => r.Sources, r => r.Destinations, r => r.Snis),
                When<Route>.Field(r => r.Protocols).HasOnly(TlsPassthrough)
                    .ThenAtLeastOne("must set snis when 'protocols' is 'tls_passthrough'", r => r.Snis),
            ],
        },
        new Subschema
        {
            Name = "grpc",
            AppliesTo = ["grpc", "grpcs"],
            Fields =
            [
                new("strip_path", new FieldSchema
                {
                    Type = FieldType.Boolean,
                    Required = true,
                    HasDefault = true,
                    Default = false,
                    Rules = [new NotEqualRule(true)],
                    Error = $"cannot set 'strip_path' when 'protocols' is {Grpcish}",
                }),
                Forbidden("methods", Grpcish), Forbidden("sources", Grpcish), Forbidden("destinations", Grpcish),
            ],
            Checks =
            [
                When<Route>.Condition.Either(
                    When<Route>.Field(r => r.Protocols).Contains(Grpcs)
                        .ThenAtLeastOne("must set one of %s when 'protocols' is 'grpcs'", r => r.Hosts, r => r.Headers, r => r.Paths, r => r.Snis),
                    When<Route>.Field(r => r.Protocols).Contains(Grpc)
                        .ThenAtLeastOne("must set one of %s when 'protocols' is 'grpc'", r => r.Hosts, r => r.Headers, r => r.Paths)),
            ],
        },
    ];

    /// <summary>Refuses what a linear-time matcher cannot run: look-around and back-references.</summary>
    public static string? LinearRegexes(JsonObject route)
    {
        foreach (var path in (route["paths"] as JsonArray ?? []).Select(Json.String).Where(p => p?.StartsWith('~') is true))
        {
            try
            {
                _ = new Regex(path![1..].Replace("(?P<", "(?<", StringComparison.Ordinal), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            }
            catch (Exception exception) when (exception is NotSupportedException or ArgumentException)
            {
                return $"Router Expression failed validation: regex parse error: {path![1..]} (look-around and back-references are not supported)";
            }
        }

        return null;
    }

    /// <summary>As the original shows it: here the keys are any header names, <c>host</c> included.</summary>
    private static NamedField ForbiddenHeaders()
    {
        var (name, headers) = Forbidden("headers", Stream);
        return new NamedField(name, headers with { Keys = headers.Keys! with { Rules = [.. new HeaderNameAttribute().Rules] } });
    }

    private static NamedField Forbidden(string field, string protocols)
    {
        var declared = SchemaReader.Record(typeof(Route)).Field(field)!;
        return new NamedField(field, declared with { Rules = [new EqualRule(null)], Error = $"cannot set '{field}' when 'protocols' is {protocols}" });
    }
}
