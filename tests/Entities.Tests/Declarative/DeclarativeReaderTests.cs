using System.Text.Json.Nodes;
using Gateway.Entities.Declarative;
using Gateway.Plugins;
using Gateway.Schema;

namespace Gateway.Entities.Tests.Declarative;

public sealed class DeclarativeReaderTests
{
    [Fact]
    public void Reader_NestedDocument_IsFlatWithDerivedIds()
    {
        const string text = """
            _format_version: "3.0"
            services:
            - name: y
              url: http://127.0.0.1:17900
              _comment: the one
              _ignore: [whatever, 1]
              routes:
              - name: yr
                paths: [/y]
                plugins:
                - name: acl
                  consumer: bob
                  config: {allow: [g]}
                - name: cors
            consumers:
            - username: bob
              keyauth_credentials: [{key: k, ttl: 60}]
              basicauth_credentials: [{username: b, password: p}]
            upstreams:
            - name: u
              targets: [{target: "127.0.0.1:17900", weight: 5}]
            """;

        // A route's acl plugin takes no consumer.
        Errors(text)["services"]![0]!["routes"]![0]!["plugins"]![0]!["consumer"]!.ToString().ShouldBe("value must be null");

        var config = Read(text.Replace("      consumer: bob\n", string.Empty, StringComparison.Ordinal));
        var service = Only(config, "services");
        service.Id.ShouldBe(new Guid("06348d58-d45b-53fc-8ac6-baf123e2ac2d"));
        var route = Only(config, "routes");
        route.Id.ShouldBe(new Guid("96d06f06-cb22-5bd3-88c4-a664cf874c0d"));
        route.Row["service"]!["id"]!.ToString().ShouldBe(service.Id.ToString());
        Rows(config, "plugins").Select(p => p.Row["route"]!["id"]!.ToString()).ShouldAllBe(id => id == route.Id.ToString());
        Rows(config, "plugins").Select(p => p.Id.Version).ShouldBe([5, 5]);
        Only(config, "targets").Row["upstream"]!["id"]!.ToString().ShouldBe(Only(config, "upstreams").Id.ToString());
        Only(config, "keyauth_credentials").Ttl.ShouldBe(60);

        // A key may be made up, so nothing is derived from it.
        Only(config, "keyauth_credentials").Id.Version.ShouldBe(4);
        Read(text.Replace("      consumer: bob\n", string.Empty, StringComparison.Ordinal)).Collections.First(c => c.Schema.Name is "plugins").Entities.Select(e => e.Id)
            .ShouldBe(Rows(config, "plugins").Select(e => e.Id));
    }

    [Fact]
    public void Table_PasswordInPlain_IsHashedUnlessTheDocumentSaysItIs()
    {
        const string text = """
            {"_format_version": "3.0", "consumers": [{"username": "bob", "basicauth_credentials": [{"username": "b", "password": "secret"}]}]}
            """;

        Password(Read(text)).ShouldBe(PasswordOf("secret", Only(Read(text), "consumers").Id));
        Password(Read(text.Replace("\"3.0\",", "\"3.0\", \"_transform\": false,", StringComparison.Ordinal))).ShouldBe("secret");
    }

    [Fact]
    public void Reader_References_ByNameOrId()
    {
        var config = Read("""
            {"_format_version": "3.0", "services": [{"name": "a", "host": "a.test"}, {"id": "00000000-0000-4000-8000-000000000001", "host": "b.test"}],
             "routes": [{"name": "one", "paths": ["/1"], "service": "a"}, {"name": "two", "paths": ["/2"], "service": "00000000-0000-4000-8000-000000000001"},
                        {"name": "three", "paths": ["/3"], "service": {"id": "00000000-0000-4000-8000-000000000001"}}]}
            """);

        Rows(config, "routes").Select(r => r.Row["service"]!["id"]!.ToString()).ShouldBe(
            [Rows(config, "services")[0].Id.ToString(), "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000001"]);
    }

    [Fact]
    public void Reader_PluginsThatDifferInAReferenceByObject_HaveIdsOfTheirOwn()
    {
        var config = Read("""
            {"_format_version": "3.0",
             "services": [{"id": "00000000-0000-4000-8000-000000000001", "host": "a.test"}, {"id": "00000000-0000-4000-8000-000000000002", "host": "b.test"}],
             "plugins": [{"name": "cors", "service": {"id": "00000000-0000-4000-8000-000000000001"}}, {"name": "cors", "service": {"id": "00000000-0000-4000-8000-000000000002"}}]}
            """);

        Rows(config, "plugins").Select(p => p.Id).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void Reader_SeveralErrors_AreAllThereWithTheirPaths()
    {
        var errors = Errors("""
            {"_format_version": "3.0", "bogus": 1, "_info": {"select_tags": "x"},
             "services": [{"name": "ok", "host": "h"}, {"name": "bad", "port": -1, "routes": [{"paths": ["nope"]}, "text"]}],
             "consumers": {"username": "bob"}}
            """);

        JsonNode.DeepEquals(errors, JsonNode.Parse("""
            {"_info": {"select_tags": "expected an array"}, "bogus": "unknown field", "consumers": "expected an array",
             "services": [null, {"routes": [{"paths": ["should start with: / (fixed path) or ~/ (regex path)"]}, "expected a record"],
                                 "host": "required field missing", "port": "value should be between 0 and 65535"}]}
            """)).ShouldBeTrue(errors.ToJsonString());
    }

    [Fact]
    public void Errors_Lines_AreIndentedByDepth() =>
        Result("""{"_format_version": "3.0", "services": [{"name": "s"}]}""").Errors!.Lines.ShouldBe("in 'services':\n  - in entry 1 of 'services':\n    in 'host': required field missing");

    [Theory]
    [InlineData("/plain/path", "/plain/path")]
    [InlineData("/a//b/../c", "/a/c")]
    [InlineData("/x$", "~/x$")]
    [InlineData("/v%31/\\d+", "~/v1/\\d+")]
    [InlineData("/a%2fb(c)", "~/a%2Fb(c)")]
    public void Reader_PathOfAnOldFormat_IsMarkedWhenItIsARegularExpression(string old, string path)
    {
        var config = Read($$"""{"_format_version": "2.1", "services": [{"name": "s", "host": "h", "routes": [{"paths": [{{JsonValue.Create(old).ToJsonString()}}]}]}]}""");

        Only(config, "routes").Row["paths"]![0]!.ToString().ShouldBe(path);
    }

    [Fact]
    public void Reader_Info_GivesTagsAndDefaults()
    {
        var config = Read("""
            _format_version: "3.0"
            _info:
              select_tags: [team]
              defaults:
                service: {retries: 2, connect_timeout: 10}
            services:
            - {name: a, host: a.test, tags: [own], connect_timeout: 20}
            """);

        var row = Only(config, "services").Row;
        row["retries"]!.GetValue<long>().ShouldBe(2);
        row["connect_timeout"]!.GetValue<long>().ShouldBe(20);
        row["tags"]!.AsArray().Select(t => t!.ToString()).ShouldBe(["own", "team"]);
    }

    [Fact]
    public void Yaml_AnchorsMergesAndScalars_AreRead()
    {
        var document = DeclarativeText.Read("""
            base: &base {a: 1, b: "2", c: 0x10, d: 1.5, e: yes, f: ~, g: 010, h: 1e3, i: 127.0.0.1, j: "yes"}
            derived: {<<: *base, a: 2}
            list: [*base]
            """, out var error);

        error.ShouldBeNull();
        document!["derived"]!.ToJsonString().ShouldBe("""{"a":2,"b":"2","c":16,"d":1.5,"e":true,"f":null,"g":8,"h":1000,"i":"127.0.0.1","j":"yes"}""");
        document["list"]![0]!["a"]!.GetValue<long>().ShouldBe(1);
    }

    [Fact]
    public void Yaml_AliasesOfAliases_AreRefusedBeforeTheyFillTheMemory()
    {
        var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + string.Concat(Enumerable.Range(1, 12).Select(i => $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n"));

        DeclarativeText.Read(bomb, out var error).ShouldBeNull();
        error!.ShouldContain("nodes");
    }

    private static DeclarativeResult Result(string text) => new DeclarativeReader(BundledPlugins.Catalog.Entities, TimeProvider.System).Read(text);

    private static DeclarativeConfig Read(string text)
    {
        var result = Result(text);
        result.Errors?.Message.ShouldBeNull();
        return result.Config!;
    }

    private static JsonObject Errors(string text) => Result(text).Errors!.Fields;

    private static IReadOnlyList<DeclaredEntity> Rows(DeclarativeConfig config, string kind) => config.Collections.First(c => c.Schema.Name == kind).Entities;

    private static DeclaredEntity Only(DeclarativeConfig config, string kind) => Rows(config, kind).ShouldHaveSingleItem();

    private static string Password(DeclarativeConfig config) => JsonNode.Parse(config.ToTable(TimeProvider.System))!["basicauth_credentials"]![0]!["password"]!.ToString();

#pragma warning disable CA5350 // The form in which the original keeps passwords.
    private static string PasswordOf(string password, Guid consumer) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA1.HashData(System.Text.Encoding.UTF8.GetBytes(password + consumer)));
#pragma warning restore CA5350
}
