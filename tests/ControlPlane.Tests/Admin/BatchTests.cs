using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed class BatchTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private RunningControlPlane _plane = null!;

    public async Task InitializeAsync() => _plane = await RunningControlPlane.StartAsync(postgres);

    public async Task DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task Operations_SeeWhatThoseBeforeThemWrote()
    {
        var (status, answer) = await BatchAsync(
            Operation("POST", "/services", new() { ["name"] = "s", ["url"] = "http://up.test/base" }),
            Operation("POST", "/services/s/routes", new() { ["name"] = "r", ["paths"] = new JsonArray("/r") }),
            Operation("PUT", "/consumers/c%2F1", new() { ["custom_id"] = "1" }),
            Operation("POST", "/consumer_groups", new() { ["name"] = "gold" }),
            Operation("POST", "/consumers/c%2F1/consumer_groups", new() { ["group"] = "gold" }),
            Operation("PATCH", "/routes/r", new() { ["methods"] = new JsonArray("GET") }),
            Operation("POST", "/upstreams", new() { ["name"] = "u" }),
            Operation("DELETE", "/upstreams/u"));

        status.ShouldBe(HttpStatusCode.OK, answer.ToJsonString());
        answer["data"]!.AsArray().Select(a => a!["status"]!.GetValue<int>()).ShouldBe([201, 201, 200, 201, 201, 200, 201, 204]);
        answer["data"]![0]!["body"]!["path"]!.GetValue<string>().ShouldBe("/base");
        (await _plane.GetAsync("/routes/r"))["methods"]!.ToJsonString().ShouldBe("[\"GET\"]");
        (await _plane.GetAsync("/consumer_groups/gold/consumers"))["data"]![0]!["username"]!.GetValue<string>().ShouldBe("c/1");
        (await _plane.SendAsync(HttpMethod.Get, "/upstreams/u")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task OneFailure_TakesAllBack_AndEveryFailureIsNamed()
    {
        await _plane.PostAsync("/services", new() { ["name"] = "taken", ["host"] = "h" });
        await _plane.PostAsync("/services/taken/routes", new() { ["name"] = "r", ["paths"] = new JsonArray("/r") });
        var changes = await _plane.QueryAsync<long>("SELECT count(*) FROM change_log");

        var (status, answer) = await BatchAsync(
            Operation("POST", "/services", new() { ["name"] = "fresh", ["host"] = "h" }),
            Operation("POST", "/services", new() { ["name"] = "taken", ["host"] = "h" }),
            Operation("DELETE", "/services/taken"),
            Operation("POST", "/consumers", new() { ["username"] = "fine" }),
            Operation("POST", "/consumers", new() { ["username"] = 1 }));

        status.ShouldBe(HttpStatusCode.BadRequest);
        answer["message"]!.GetValue<string>().ShouldBe("3 of the operations failed, nothing was written");
        var errors = answer["errors"]!.AsArray();
        errors.Select(e => (e!["operation"]!.GetValue<int>(), e["status"]!.GetValue<int>(), e["body"]!["name"]!.GetValue<string>())).ShouldBe(
        [
            (1, 409, "unique constraint violation"),
            (2, 400, "foreign key violation"),
            (4, 400, "schema violation"),
        ]);
        (await _plane.SendAsync(HttpMethod.Get, "/services/fresh")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _plane.SendAsync(HttpMethod.Get, "/consumers/fine")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _plane.QueryAsync<long>("SELECT count(*) FROM change_log")).ShouldBe(changes);
    }

    [Fact]
    public async Task SlowDatabase_ThatComesFurther_IsWaitedFor_AndOneThatDoesNotIsNot()
    {
        await _plane.QueryAsync<object?>("""
            CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(NEW.port / 1000.0); RETURN NEW; END $$;
            CREATE TRIGGER dawdle BEFORE INSERT ON services FOR EACH ROW EXECUTE FUNCTION dawdle();
            SELECT 1
            """);

        // Six seconds together.
        var (status, answer) = await BatchAsync([.. Enumerable.Range(0, 3).Select(i => Operation("POST", "/services", new() { ["name"] = $"s{i}", ["host"] = "h", ["port"] = 2000 }))]);
        status.ShouldBe(HttpStatusCode.OK, answer.ToJsonString());

        (status, _) = await BatchAsync(Operation("POST", "/services", new() { ["name"] = "late", ["host"] = "h", ["port"] = 60_000 }));
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await _plane.SendAsync(HttpMethod.Get, "/services/late")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Workspace_OfTheBatch_IsThatOfItsOperations()
    {
        await _plane.PostAsync("/workspaces", new() { ["name"] = "blue" });

        var (status, _) = await _plane.SendAsync(HttpMethod.Post, "/blue/batch", Batch(Operation("POST", "/services", new() { ["name"] = "mine", ["host"] = "h" })));

        status.ShouldBe(HttpStatusCode.OK);
        (await _plane.GetAsync("/blue/services/mine"))["host"]!.GetValue<string>().ShouldBe("h");
        (await _plane.SendAsync(HttpMethod.Get, "/services/mine")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Passwords_ThatAreHashedAlready_AreKeptAsTheyAre()
    {
        var batch = Batch(
            Operation("PUT", "/consumers/alice"),
            Operation("POST", "/consumers/alice/basic-auth", new() { ["username"] = "alice", ["password"] = "da39a3ee5e6b4b0d3255bfef95601890afd80709" }));
        batch["transform"] = false;

        (await _plane.SendAsync(HttpMethod.Post, "/batch", batch)).Status.ShouldBe(HttpStatusCode.OK);

        (await _plane.GetAsync("/basic-auths/alice"))["password"]!.GetValue<string>().ShouldBe("da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }

    [Theory]
    [InlineData("""{}""", "operations")]
    [InlineData("""{"operations":[]}""", "operations")]
    [InlineData("""{"operations":"all"}""", "operations")]
    [InlineData("""{"transform":1,"operations":[{"method":"POST","path":"/services"}]}""", "transform")]
    [InlineData("""{"operations":[1]}""", "an operation is an object")]
    [InlineData("""{"operations":[{"method":"GET","path":"/services"}]}""", "method: expected one of")]
    [InlineData("""{"operations":[{"method":"POST","path":"services"}]}""", "path: ")]
    [InlineData("""{"operations":[{"method":"POST","path":"/auth"}]}""", "path: ")]
    [InlineData("""{"operations":[{"method":"POST","path":"/batch"}]}""", "path: ")]
    [InlineData("""{"operations":[{"method":"DELETE","path":"/services"}]}""", "Method not allowed")]
    [InlineData("""{"operations":[{"method":"POST","path":"/services","body":[1]}]}""", "body: ")]
    public async Task Batch_ThatCannotBeRead_SaysWhy(string body, string complaint)
    {
        var (status, answer) = await _plane.SendAsync(HttpMethod.Post, "/batch", (JsonObject)JsonNode.Parse(body)!);

        ((int)status).ShouldBeInRange(400, 405);
        answer.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).ShouldContain(complaint);
    }

    private Task<(HttpStatusCode Status, JsonObject Body)> BatchAsync(params JsonObject[] operations) => _plane.SendAsync(HttpMethod.Post, "/batch", Batch(operations));

    private static JsonObject Batch(params JsonObject[] operations) => new() { ["operations"] = new JsonArray([.. operations]) };

    private static JsonObject Operation(string method, string path, JsonObject? body = null)
    {
        var operation = new JsonObject { ["method"] = method, ["path"] = path };
        if (body is not null)
        {
            operation["body"] = body;
        }

        return operation;
    }
}
