using System.Linq.Expressions;
using System.Text.Json.Nodes;
using Gateway.Entities.Expressions;
using Gateway.Schema;
using static Gateway.Entities.Protocol;

namespace Gateway.Entities;

/// <summary>The variants of a route by protocol, and what its regular expressions may not do.</summary>
internal static class RouteRules
{
    private const string Stream = "'tcp', 'tls', 'tls_passthrough' or 'udp'";
    private const string Grpcish = "'grpc' or 'grpcs'";
    private const string Listed = "'methods', 'hosts', 'paths', 'headers', 'snis', 'sources' or 'destinations'";
    private static readonly string[] _matching = ["methods", "hosts", "paths", "headers", "snis", "sources", "destinations"];

    private static readonly Expression<Func<Route, object?>>[] _http = [r => r.Methods, r => r.Hosts, r => r.Headers, r => r.Paths];
    private static readonly Expression<Func<Route, object?>>[] _grpc = [r => r.Hosts, r => r.Headers, r => r.Paths];
    private static readonly Expression<Func<Route, object?>>[] _stream = [r => r.Sources, r => r.Destinations, r => r.Snis];

    public static IReadOnlyList<Subschema> Subschemas => [.. Variants(null), .. Variants(Features.Expressions)];

    private static IEnumerable<Subschema> Variants(string? feature)
    {
        var written = feature is not null;
        yield return new Subschema
        {
            Name = "http",
            AppliesTo = ["http", "https"],
            Feature = feature,
            Fields = written ? [] : [Forbidden("sources", "'http' or 'https'"), Forbidden("destinations", "'http' or 'https'")],
            Checks =
            [
                When<Route>.Condition.Either(
                    When<Route>.Field(r => r.Protocols).Contains(Https)
                        .ThenAtLeastOne("must set one of %s when 'protocols' is 'https'", Matched(written, [.. _http, r => r.Snis])),
                    When<Route>.Field(r => r.Protocols).Contains(Http)
                        .ThenAtLeastOne("must set one of %s when 'protocols' is 'http'", Matched(written, _http))),
            ],
        };
        yield return new Subschema
        {
            Name = "tcp",
            AppliesTo = ["tcp", "tls", "udp", "tls_passthrough"],
            Feature = feature,
            Fields = [Forbidden("methods", Stream), Forbidden("hosts", Stream), Forbidden("paths", Stream), ForbiddenHeaders()],
            Checks =
            [
                When<Route>.Field(r => r.Protocols).HasOnly(Tcp, Tls, Udp)
                    .ThenAtLeastOne("must set one of %s when 'protocols' is 'tcp', 'tls' or 'udp'", Matched(written, _stream)),
                When<Route>.Field(r => r.Protocols).HasOnly(TlsPassthrough)
                    .ThenAtLeastOne("must set snis when 'protocols' is 'tls_passthrough'", Matched(written, [r => r.Snis])),
            ],
        };
        NamedField stripPath = new("strip_path", new FieldSchema
        {
            Type = FieldType.Boolean,
            Required = true,
            HasDefault = true,
            Default = false,
            Rules = [new NotEqualRule(true)],
            Error = $"cannot set 'strip_path' when 'protocols' is {Grpcish}",
        });
        yield return new Subschema
        {
            Name = "grpc",
            AppliesTo = ["grpc", "grpcs"],
            Feature = feature,
            Fields = written
                ? [stripPath, Forbidden("methods", Grpcish)]
                : [stripPath, Forbidden("methods", Grpcish), Forbidden("sources", Grpcish), Forbidden("destinations", Grpcish)],
            Checks =
            [
                When<Route>.Condition.Either(
                    When<Route>.Field(r => r.Protocols).Contains(Grpcs)
                        .ThenAtLeastOne("must set one of %s when 'protocols' is 'grpcs'", Matched(written, [.. _grpc, r => r.Snis])),
                    When<Route>.Field(r => r.Protocols).Contains(Grpc)
                        .ThenAtLeastOne("must set one of %s when 'protocols' is 'grpc'", Matched(written, _grpc))),
            ],
        };
    }

    /// <summary>Refuses two ways of matching at once, and what a linear-time matcher cannot run.</summary>
    public static string? JudgeMatching(JsonObject route)
    {
        if (Json.String(route["expression"]) is { } expression)
        {
            return _matching.Any(f => route[f] is not null and not JsonArray { Count: 0 }) ? Refused($"cannot set 'expression' with {Listed} simultaneously")
                : Json.Number(route["regex_priority"]) is not (0 or double.NaN) ? Refused("cannot set 'regex_priority' with 'expression' simultaneously")
                : JudgeExpression(expression, route);
        }

        return Json.Number(route["priority"]) is not (0 or double.NaN) && _matching.Any(f => route[f] is not null and not JsonArray { Count: 0 })
            ? Refused($"cannot set 'priority' with {Listed} simultaneously")
            : LinearRegexes(route);
    }

    private static string Refused(string why) => $"Router Expression failed validation: {why}";

    private static string? JudgeExpression(string expression, JsonObject route)
    {
        var protocols = (route["protocols"] as JsonArray ?? []).Select(Json.String);
        return ExpressionParser.TryParse(expression, protocols.Any(p => p is "tcp" or "udp" or "tls" or "tls_passthrough"), out _, out var error) ? null : Refused(error!);
    }

    /// <summary>Refuses what a linear-time matcher cannot run: look-around and back-references.</summary>
    private static string? LinearRegexes(JsonObject route)
    {
        var paths = (route["paths"] as JsonArray ?? []).Select(Json.String).Where(p => p is ['~', ..]).Select(p => p![1..]);
        var values = (route["headers"] as JsonObject ?? []).SelectMany(h => h.Value as JsonArray ?? []).Select(Json.String)
            .Where(v => v?.StartsWith("~*", StringComparison.Ordinal) is true).Select(v => v![2..]);
        return paths.Concat(values).Select(RustRegex.Judge).FirstOrDefault(e => e is not null) is { } error ? Refused(error) : null;
    }

    private static Expression<Func<Route, object?>>[] Matched(bool written, Expression<Func<Route, object?>>[] fields) => written ? [.. fields, r => r.Expression] : fields;

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
