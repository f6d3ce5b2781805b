using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

/// <summary>Small rules of the original that no recorded conversation shows.</summary>
public sealed class OriginalRulesTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Form = "application/x-www-form-urlencoded";
    private RunningControlPlane _plane = null!;

    public async Task InitializeAsync() => _plane = await RunningControlPlane.StartAsync(postgres);

    public async Task DisposeAsync() => await _plane.DisposeAsync();

    [Theory]
    [InlineData("""{"service":{"nme":"x"}}""", "schema violation (service.nme: unknown field)")]
    [InlineData("""{"service":{}}""", "schema violation (service.id: missing primary key)")]
    [InlineData("""{"service":{"id":null}}""", "schema violation (service.id: required field missing)")]
    [InlineData("""{"service":{"name":"b d"}}""", "schema violation (service.name: invalid value 'b d': the only accepted ascii characters are alphanumerics or ., -, _, and ~)")]
    [InlineData("""{"protocols":["nope","http"]}""", "schema violation (protocols.1: expected one of: grpc, grpcs, http, https, tcp, tls, tls_passthrough, udp)")]
    [InlineData("""{"protocols":"nope"}""", "schema violation (protocols: unknown type: nope)")]
    [InlineData("""{"protocols":{}}""", "schema violation (protocols: unknown type: nil)")]
    [InlineData("""{"headers":["a"]}""", "schema violation (headers: expected a string)")]
    [InlineData("paths[0]=/a", "schema violation (paths: expected an array)")]
    [InlineData("paths[2]=/a", "schema violation (paths: expected an array)")]
    [InlineData("paths.1=/a", "schema violation (paths: expected an array)")]
    [InlineData("protocols=tcp&sources[].ip=1.1.1.1", "schema violation (sources: expected a set)")]
    [InlineData("paths=/a&service.id=", "schema violation (service.id: required field missing)")]
    [InlineData("paths=/a&regex_priority=Infinity", "schema violation (regex_priority: expected an integer)")]
    [InlineData("paths[1]=/a&paths[2]=/b&headers[x-a][]=1&headers.x-b=2&regex_priority=0x10", null)]
    [InlineData("protocols=tcp&sources[1].ip=1.1.1.1&sources[1].port=80&sources[2].ip=1.1.1.1", null)]
    public async Task Route_Posted_IsJudgedAsByTheOriginal(string body, string? refused)
    {
        if (body[0] is '{')
        {
            var sent = JsonNode.Parse(body)!.AsObject();
            sent["paths"] ??= new JsonArray("/x");
            body = sent.ToJsonString();
        }

        var (status, answer) = await SendAsync(HttpMethod.Post, "/routes", body);
        (status, (string?)answer["message"]).ShouldBe((refused is null ? 201 : 400, refused));
    }

    [Fact]
    public async Task Plugin_WithScopesThatLeadNowhere_NamesAllOfThem()
    {
        (await MessageAsync(HttpMethod.Post, "/plugins", """{"name":"cors","route":{"name":"a"},"service":{"name":"b"}}""")).ShouldBe(
            "2 foreign keys unresolved (route.name: the foreign key cannot be resolved with '{name=\"a\"}' for an existing 'routes' entity; "
            + "service.name: the foreign key cannot be resolved with '{name=\"b\"}' for an existing 'services' entity)");
        (await MessageAsync(HttpMethod.Post, "/plugins", """{"name":"cors","route":{}}""")).ShouldBe("schema violation (route.protocols: required field missing)");
        (await MessageAsync(HttpMethod.Post, "/plugins", """{"name":"key-auth","config":[1,2]}""")).ShouldBe("2 schema violations (config.1: unknown field; config.2: unknown field)");
    }

    [Fact]
    public async Task Plugin_Changed_IsJudgedByItsRoutesOnlyWhenItsScopeChanges()
    {
        await _plane.PostAsync("/routes", new() { ["name"] = "r", ["paths"] = new JsonArray("/r") });
        var id = (string)(await _plane.PostAsync("/routes/r/plugins", new() { ["name"] = "tcp-log", ["protocols"] = new JsonArray("http"), ["config"] = new JsonObject { ["host"] = "h", ["port"] = 1 } }))["id"]!;
        await SendAsync(HttpMethod.Patch, "/routes/r", """{"protocols":["tcp"],"paths":null,"sources":[{"port":1}]}""");
        (await SendAsync(HttpMethod.Patch, $"/plugins/{id}", """{"enabled":false}""")).Status.ShouldBe(200);
        (await MessageAsync(HttpMethod.Patch, $"/plugins/{id}", """{"protocols":["http"]}""")).ShouldBe("schema violation (protocols: must match the associated route's protocols)");
        (await MessageAsync(HttpMethod.Patch, "/plugins/nope", """{"name":"cors"}""")).ShouldBe("could not find the entity with '{instance_name=\"nope\"}'");
        (await MessageAsync(HttpMethod.Patch, "/plugins/nope", "{}")).ShouldBe("Not found");
    }

    [Fact]
    public async Task Upstream_WithAlgorithmAndHashInput_TakesThemOneAfterTheOther()
    {
        var (_, upstream) = await SendAsync(HttpMethod.Post, "/upstreams", """{"name":"u","algorithm":"least-connections","hash_on":"ip"}""");
        ((string?)upstream["algorithm"], (string?)upstream["hash_on"]).ShouldBe(("least-connections", "none"));
    }

    [Fact]
    public async Task Child_ChangedBelowItsParent_MayMoveToAnother()
    {
        await _plane.PostAsync("/services", new() { ["name"] = "a", ["host"] = "h" });
        var other = await _plane.PostAsync("/services", new() { ["name"] = "b", ["host"] = "h" });
        await _plane.PostAsync("/services/a/routes", new() { ["name"] = "r", ["paths"] = new JsonArray("/r") });
        (await SendAsync(HttpMethod.Patch, "/services/a/routes/r", $$$"""{"service":{"id":"{{{other["id"]}}}"}}""")).Answer["service"]!["id"]!.ToString().ShouldBe((string)other["id"]!);
        (await SendAsync(HttpMethod.Delete, "/routes/r/service")).Status.ShouldBe(405);
        (await SendAsync(HttpMethod.Patch, "/services/b/routes/r", """{"service":null}""")).Answer["service"].ShouldBeNull();
        (await SendAsync(HttpMethod.Delete, "/routes/r/service")).Status.ShouldBe(404);
        (await SendAsync(HttpMethod.Delete, "/routes/nope/service")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("/sessions?tags=", 200)]
    [InlineData("/consumers?custom_id=x&size=abc", 200)]
    [InlineData("/consumers?custom_id=x&custom_id=y", 400, "custom_id must be an unempty string")]
    [InlineData("/services?tags=&size=x", 400, "invalid option (tags: cannot be null)")]
    [InlineData("/services?size=0x10", 200)]
    [InlineData("/certificates/a.com/services", 400, "invalid primary key: '{id=\"expected a valid UUID\"}'")]
    [InlineData("/certificates/a.com/snis", 404, "SNI not found")]
    public async Task Get_OfAnOddPath_AnswersAsTheOriginal(string path, int status, string? message = null)
    {
        var (answered, answer) = await SendAsync(HttpMethod.Get, path);
        (answered, (string?)answer["message"]).ShouldBe((status, message));
    }

    [Fact]
    public async Task Targets_Listed_ArePagedByTheirNumber()
    {
        await _plane.PostAsync("/upstreams", new() { ["name"] = "u" });
        foreach (var target in (string[])["a:1", "b:1", "c:1"])
        {
            await _plane.PostAsync("/upstreams/u/targets", new() { ["target"] = target });
        }

        var page = await _plane.GetAsync("/upstreams/u/targets?size=2");
        ((string?)page["offset"], (string?)page["next"], page["data"]!.AsArray().Count).ShouldBe(("2", "/upstreams/u/targets?offset=2", 2));
        (await _plane.GetAsync("/upstreams/u/targets?offset=2"))["data"]![0]!["target"]!.ToString().ShouldBe("a:1");
        (await _plane.GetAsync("/upstreams/u/targets?size=2000"))["data"]!.AsArray().Count.ShouldBe(3);
        var all = await _plane.GetAsync("/upstreams/u/targets/all?size=2");
        ((string)all["next"]!).ShouldStartWith("/upstreams/u/targets/all?offset=Wy");
        all["data"]!.AsArray().Select(t => (string)t!["id"]!).ShouldBeInOrder();
        (await SendAsync(HttpMethod.Get, "/upstreams/u/targets/a")).Status.ShouldBe(404);
        (await MessageAsync(HttpMethod.Post, "/upstreams/u/targets", """{"target":"a b"}""")).ShouldBe("schema violation (target: Invalid target; not a valid hostname or ip address)");
        (await MessageAsync(HttpMethod.Patch, "/upstreams/u/targets/a:1", """{"target":"a b"}""")).ShouldBe("schema violation (target: Invalid target ('a b'); not a valid hostname or ip address)");
    }

    [Fact]
    public async Task Certificate_WithServerNames_IsJudgedByThemFirst()
    {
        (await SendAsync(HttpMethod.Post, "/certificates", """{"snis":["bad name"]}""")).Answer["code"]!.GetValue<int>().ShouldBe(10);
        (await MessageAsync(HttpMethod.Post, "/certificates", """{"snis":["a.com","a.com"]}""")).ShouldBe("schema violation (snis: a.com is duplicated)");
    }

    [Fact]
    public async Task Membership_ThatIsNotThere_IsToldAsTheProxyTellsErrors()
    {
        await _plane.PostAsync("/consumers", new() { ["username"] = "bob" });
        var answer = await SendAsync(HttpMethod.Get, "/consumers/bob/acls/nope");
        (answer.Status, (string?)answer.Answer["message"], ((string?)answer.Answer["request_id"])?.Length).ShouldBe((404, "Not found", 32));
        (await SendAsync(HttpMethod.Get, $"/consumers/bob/acls/{Guid.Empty}")).Answer.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Secret_OfAnApplication_ChangesOnlyTogetherWithItsForm()
    {
        await _plane.PostAsync("/consumers", new() { ["username"] = "bob" });
        await _plane.PostAsync("/consumers/bob/oauth2", new() { ["name"] = "app", ["client_id"] = "id" });
        (await MessageAsync(HttpMethod.Patch, "/oauth2/id", """{"client_secret":"s"}""")).ShouldBe("schema violation (all or none of these fields must be set: 'hash_secret', 'client_secret')");
        (await SendAsync(HttpMethod.Patch, "/oauth2/id", """{"client_secret":"s","hash_secret":true}""")).Status.ShouldBe(200);
        (await SendAsync(HttpMethod.Patch, "/oauth2/id", """{"name":"other"}""")).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("/schemas/services/validate", "host=h&port=80", "schema violation (port: expected an integer)")]
    [InlineData("/schemas/services/validate?nope=1", """{"host":"h"}""", "schema violation (nope: unknown field)")]
    [InlineData("/schemas/services/validate", "host=h&enabled=false&name=", "schema validation successful")]
    [InlineData("/schemas/routes/validate", """{"paths":["/"],"service":{"name":"s"}}""", "schema violation (service.id: missing primary key)")]
    public async Task Validation_OfADocument_TakesNothingForAnotherKind(string path, string body, string message) => (await MessageAsync(HttpMethod.Post, path, body)).ShouldBe(message);

    private async Task<string?> MessageAsync(HttpMethod method, string path, string body) => (string?)(await SendAsync(method, path, body)).Answer["message"];

    private async Task<(int Status, JsonObject Answer)> SendAsync(HttpMethod method, string path, string? body = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(body[0] is '{' ? "application/json" : Form));
        }

        using var response = await _plane.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length is 0 ? [] : JsonNode.Parse(text)!.AsObject());
    }
}
