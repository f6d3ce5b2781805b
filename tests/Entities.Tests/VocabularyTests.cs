using System.Text.Json.Nodes;
using Gateway.Plugins;
using Gateway.Schema;

namespace Gateway.Entities.Tests;

/// <summary>Judges values by the rules of the vocabulary, in the words that the original uses.</summary>
public sealed class VocabularyTests
{
    private static readonly string _wildcards = "invalid wildcard: must be placed at leftmost or rightmost label";
    private static readonly string _tag = "expected printable ascii (except `,` and `/`) or valid utf-8 sequences";
    private static readonly string _name = "the only accepted ascii characters are alphanumerics or ., -, _, and ~";
    private static readonly string _header = "allowed characters are A-Z, a-z, 0-9, '_', and '-'";

    public static TheoryData<string, string, string?> Values() => new()
    {
        { "services.name", "a-b.c_d~e1", null },
        { "services.name", "münchen", null },
        { "services.name", "a b", $"invalid value 'a b': {_name}" },
        { "services.name", "a/b", $"invalid value 'a/b': {_name}" },
        { "services.host", "example.com", null },
        { "services.host", "a_b.example.com.", null },
        { "services.host", "127.0.0.1", null },
        { "services.host", "::1", null },
        { "services.host", "[::1]", null },
        { "services.host", "example.com:80", "must not have a port" },
        { "services.host", "[::1]:80", "must not have a port" },
        { "services.host", "-x-.com", "invalid value: -x-.com" },
        { "services.host", "a..b", "invalid value: a..b" },
        { "services.host", "300.1.1.1", "invalid value: 300.1.1.1" },
        { "services.path", "/a/%20b", null },
        { "services.path", "a", "should start with: /" },
        { "services.path", "/a//b", "must not have empty segments" },
        { "services.path", "/a b", "invalid path: '/a b' (characters outside of the reserved list of RFC 3986 found)" },
        { "services.path", "/a%zz", "invalid url-encoded value: '%zz'" },
        { "services.port", "0", null },
        { "services.port", "65536", "value should be between 0 and 65535" },
        { "services.connect_timeout", "0", "value should be between 1 and 2147483646" },
        { "services.protocol", "ftp", "expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp" },
        { "services.tags", "red apple", null },
        { "services.tags", "größe", null },
        { "services.tags", "a,b", $"invalid tag 'a,b': {_tag}" },
        { "services.tags", "a/b", $"invalid tag 'a/b': {_tag}" },
        { "services.tags", "a\u0007", $"invalid tag 'a\u0007': {_tag}" },
        { "routes.hosts", "example.com:8000", null },
        { "routes.hosts", "*.example.com", null },
        { "routes.hosts", "example.*", null },
        { "routes.hosts", "ex*.com", _wildcards },
        { "routes.hosts", "*.a.*", "invalid wildcard: must have at most one wildcard" },
        { "routes.hosts", "*.-", "invalid hostname: abc.-" },
        { "routes.hosts", "a:99999", "invalid port number" },
        { "routes.paths", "/a", null },
        { "routes.paths", "~/a(?<x>b)", null },
        { "routes.paths", "a", "should start with: / (fixed path) or ~/ (regex path)" },
        { "routes.paths", "/a/../b", "non-normalized path, consider use '/b' instead" },
        { "routes.paths", "/%61", "non-normalized path, consider use '/a' instead" },
        { "routes.paths", "/a//b", "must not have empty segments" },
        { "routes.methods", "GET", null },
        { "routes.methods", "get", "invalid value: get" },
        { "routes.snis", "example.com", null },
        { "routes.snis", "*.example.com", null },
        { "routes.snis", "a.*.com", "wildcard must be leftmost or rightmost character" },
        { "routes.snis", "*.*", "only one wildcard must be specified" },
        { "routes.snis", "1.2.3.4", "must not be an IP" },
        { "routes.snis", "a.com:80", "must not have a port" },
        { "routes.snis", "a b", "invalid value: a b" },
        { "upstreams.name", "backend.internal", null },
        { "upstreams.name", "1.2.3.4", "Invalid name ('1.2.3.4'); no ip addresses allowed" },
        { "upstreams.name", "a:80", "Invalid name ('a:80'); no port allowed" },
        { "upstreams.name", "a b", "Invalid name ('a b'); must be a valid hostname" },
        { "upstreams.hash_on_header", "X-My_Header", null },
        { "upstreams.hash_on_header", "X My", $"bad header name 'X My', {_header}" },
        { "upstreams.slots", "9", "value should be between 10 and 65536" },
        { "targets.target", "a.com:80", null },
        { "targets.target", "[::1]:80", null },
        { "targets.target", "a b", "Invalid target ('a b'); not a valid hostname or ip address" },
        { "targets.weight", "65536", "value should be between 0 and 65535" },
        { "workspaces.name", "services", "must not be one of: workspaces, consumers, certificates, services, routes, snis, upstreams, targets, plugins, tags, ca_certificates, clustering_data_planes, parameters, vaults, key_sets, keys, filter_chains" },
        { "plugins.protocols", "ws", "expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Rule_Value_IsJudgedInTheOriginalsWords(string path, string value, string? expected)
    {
        var parts = path.Split('.');
        var field = BundledPlugins.Catalog.Entities[parts[0]].Field(parts[1]).ShouldNotBeNull(path);
        var schema = field.Elements ?? field;
        var node = schema.Type is FieldType.Integer ? JsonValue.Create(int.Parse(value, System.Globalization.CultureInfo.InvariantCulture)) : (JsonNode)JsonValue.Create(value)!;

        schema.Rules.Select(r => r.Judge(node)).FirstOrDefault(m => m is not null).ShouldBe(expected);
    }

    [Theory]
    [InlineData("http://example.com", "http", "example.com", 80, null)]
    [InlineData("https://example.com", "https", "example.com", 443, null)]
    [InlineData("http://example.com:8080/a/b", "http", "example.com", 8080, "/a/b")]
    [InlineData("grpc://example.com:9000", "grpc", "example.com", 9000, null)]
    [InlineData("http://127.0.0.1:8080", "http", "127.0.0.1", 8080, null)]
    public void Service_Url_StandsForItsParts(string url, string protocol, string host, int port, string? servicePath)
    {
        var row = SchemaParser.Parse(BundledPlugins.Catalog.Entities["services"], new JsonObject { ["url"] = url }, new ParseOptions { Mode = ParseMode.Insert }).Value.ShouldNotBeNull();
        ((string)row["protocol"]!).ShouldBe(protocol);
        ((string)row["host"]!).ShouldBe(host);
        Json.Number(row["port"]).ShouldBe(port);
        ((string?)row["path"]).ShouldBe(servicePath);
        row.ContainsKey("url").ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"algorithm":"least-connections","hash_on":"none"}""", "least-connections", "none")]
    [InlineData("""{"hash_on":"none","algorithm":"latency"}""", "latency", "none")]
    [InlineData("""{"algorithm":"least-connections","hash_on":"ip"}""", "least-connections", "none")]
    [InlineData("""{"hash_on":"ip"}""", "consistent-hashing", "ip")]
    [InlineData("""{"algorithm":"round-robin","hash_on":"ip"}""", "consistent-hashing", "ip")]
    [InlineData("{}", "round-robin", "none")]
    public void Upstream_AlgorithmAndHashInput_FollowEachOther(string sent, string algorithm, string input)
    {
        var document = JsonNode.Parse(sent)!.AsObject();
        document["name"] = "u";
        var row = SchemaParser.Parse(BundledPlugins.Catalog.Entities["upstreams"], document, new ParseOptions { Mode = ParseMode.Insert }).Value.ShouldNotBeNull();
        ((string)row["algorithm"]!, (string)row["hash_on"]!).ShouldBe((algorithm, input));
    }

    [Fact]
    public void Catalog_Entities_StandAfterThoseTheyReferTo()
    {
        var seen = new HashSet<string>();
        foreach (var entity in BundledPlugins.Catalog.Entities.Entities)
        {
            entity.ForeignFields.ShouldAllBe(f => f.Schema.Reference == entity.Name || seen.Contains(f.Schema.Reference!));
            seen.Add(entity.Name).ShouldBeTrue();
        }
    }
}
