using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed partial class OpenApiTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task Document_OfARunningNode_DescribesEveryPathThatAnswersAndNothingElse()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        var document = await plane.GetAsync("/openapi.json");
        var paths = document["paths"]!.AsObject();

        ((string?)document["openapi"]).ShouldBe("3.1.0");
        var listed = ((JsonArray)(await plane.GetAsync("/endpoints"))["data"]!).Select(p => (string)p!).ToList();
        paths.Select(p => p.Key).ShouldBe(listed, ignoreOrder: true);
        paths.SelectMany(p => p.Value!.AsObject()).Where(o => o.Value is JsonObject).SelectMany(o => o.Value!["tags"]!.AsArray()).Select(t => (string)t!).Distinct()
            .ShouldBe(document["tags"]!.AsArray().Select(t => (string)t!["name"]!), ignoreOrder: true);

        foreach (var (path, item) in paths)
        {
            using var request = new HttpRequestMessage(HttpMethod.Options, Placeholder().Replace(path, Guid.Empty.ToString()));
            using var answer = await plane.Client.SendAsync(request);
            if (answer.StatusCode is HttpStatusCode.NoContent)
            {
                var described = item!.AsObject().Select(o => o.Key.ToUpperInvariant()).Where(m => m is not "PARAMETERS").Order(StringComparer.Ordinal);
                // The parent behind a foreign key lists DELETE and refuses it.
                described.ShouldBe(answer.Content.Headers.Allow.Order(StringComparer.Ordinal), path);
            }
        }
    }

    [Fact]
    public async Task Document_ReadByATool_HasNoReferenceToNothingAndNoIdTwice()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        var document = await plane.GetAsync("/openapi.json");

        var references = All(document).Select(n => (string?)n["$ref"]).OfType<string>().Distinct().ToList();
        references.Count.ShouldBeGreaterThan(100);
        references.Where(r => r[2..].Split('/').Aggregate((JsonNode?)document, (at, key) => at?[key]) is null).ShouldBeEmpty();
        var ids = document["paths"]!.AsObject().SelectMany(p => p.Value!.AsObject()).Where(o => o.Value is JsonObject).Select(o => (string)o.Value!["operationId"]!).ToList();
        ids.ShouldBeUnique();
        foreach (var (path, item) in document["paths"]!.AsObject())
        {
            var declared = (item!["parameters"] as JsonArray ?? []).Select(p => (string)p!["name"]!);
            declared.ShouldBe(Placeholder().Matches(path).Select(m => m.Value.Trim('{', '}')), path);
        }
    }

    [Fact]
    public async Task Schemas_OfEntities_SayWhatTheirDeclarationsSay()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        var schemas = (await plane.GetAsync("/openapi.json"))["components"]!["schemas"]!;

        var service = schemas["ServiceInput"]!["properties"]!;
        service["retries"]!.ToJsonString().ShouldContain("\"maximum\":32767");
        ((int)service["port"]!["default"]!).ShouldBe(80);
        service["protocol"]!["enum"]!.AsArray().Select(v => (string?)v).ShouldContain("https");
        service["url"].ShouldNotBeNull();
        var plugin = schemas["PluginInput"]!["allOf"]!.AsArray();
        plugin.Count.ShouldBe(45);
        schemas["PluginConfig.rate-limiting"]!["properties"]!["minute"].ShouldNotBeNull();
    }

    [Fact]
    public async Task Page_OfTheDocument_LoadsNothingFromElsewhere()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        using var answer = await plane.Client.GetAsync("/openapi");
        var page = await answer.Content.ReadAsStringAsync();

        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/html; charset=utf-8");
        answer.Headers.GetValues("Content-Security-Policy").Single().ShouldStartWith("default-src 'none'");
        Elsewhere().Matches(page).Select(m => m.Value).ShouldBeEmpty();
    }

    private static IEnumerable<JsonObject> All(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(p => All(p.Value)).Prepend(map),
        JsonArray list => list.SelectMany(All),
        _ => [],
    };

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(src|href)=""(https?:)?//[^""]*""|@import|\burl\(")]
    private static partial Regex Elsewhere();
}
