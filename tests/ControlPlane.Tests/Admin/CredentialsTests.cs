using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed class CredentialsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private const string Bob = "00000000-0000-4000-8000-000000000050";
    private RunningControlPlane _plane = null!;

    public async Task InitializeAsync()
    {
        _plane = await RunningControlPlane.StartAsync(postgres);
        await _plane.PostAsync("/consumers", new() { ["username"] = "bob", ["id"] = Bob });
        await _plane.PostAsync("/consumers", new() { ["username"] = "al" });
    }

    public async Task DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task Password_HoweverItIsWritten_IsKeptAsKongKeepsItAndHashedOnce()
    {
        var created = await _plane.PostAsync("/consumers/bob/basic-auth", new() { ["username"] = "u1", ["password"] = "p1" });
        Password(created).ShouldBe("2294d8ea88fd2136c168bf18d376234eefcbbb2c");

        (_, var tagged) = await _plane.SendAsync(HttpMethod.Patch, "/consumers/bob/basic-auth/u1", new() { ["tags"] = new JsonArray("q") });
        Password(tagged).ShouldBe(Password(created));

        (_, var alone) = await _plane.SendAsync(HttpMethod.Patch, "/basic-auths/u1", new() { ["password"] = "new" });
        alone["message"]!.GetValue<string>().ShouldBe("schema violation (all or none of these fields must be set: 'password', 'consumer.id')");

        (_, var changed) = await _plane.SendAsync(HttpMethod.Patch, "/basic-auths/u1", new() { ["password"] = "new", ["consumer"] = new JsonObject { ["id"] = Bob } });
        Password(changed).ShouldBe("a508930044dfa065646698868b5af5640e4c1994");

        (_, var replaced) = await _plane.SendAsync(HttpMethod.Put, "/consumers/bob/basic-auth/u1", new() { ["password"] = "p1" });
        Password(replaced).ShouldBe(Password(created));
        (await _plane.QueryAsync<string>("SELECT password FROM basicauth_credentials")).ShouldBe(Password(created));
        (await _plane.QueryAsync<long>("SELECT count(*) FROM change_log WHERE body->>'password' IN ('p1', 'new')")).ShouldBe(0);
    }

    [Fact]
    public async Task Membership_BelowItsConsumer_IsNamedByItsGroup()
    {
        var bobs = await _plane.PostAsync("/consumers/bob/acls", new() { ["group"] = "g1" });

        // The same group of another consumer is another membership.
        var (made, als) = await _plane.SendAsync(HttpMethod.Put, "/consumers/al/acls/g1", []);
        made.ShouldBe(HttpStatusCode.OK);
        Id(als).ShouldNotBe(Id(bobs));
        Id(await _plane.GetAsync("/consumers/bob/acls/g1")).ShouldBe(Id(bobs));
        Id(await _plane.GetAsync($"/consumers/bob/acls/{Id(bobs)}")).ShouldBe(Id(bobs));

        (_, var renamed) = await _plane.SendAsync(HttpMethod.Put, "/consumers/bob/acls/g1", new() { ["group"] = "g2" });
        (Id(renamed), (string?)renamed["group"]).ShouldBe((Id(bobs), "g2"));
        (await _plane.SendAsync(HttpMethod.Patch, "/consumers/bob/acls/g1", new() { ["group"] = "g3" })).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _plane.SendAsync(HttpMethod.Get, "/acls/g2")).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await _plane.SendAsync(HttpMethod.Delete, "/consumers/bob/acls/g2")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.GetAsync("/acls"))["data"]!.AsArray().Single()!["id"]!.GetValue<string>().ShouldBe(Id(als));
    }

    [Fact]
    public async Task Membership_Twice_IsRefusedInKongsWords()
    {
        await _plane.PostAsync("/consumers/bob/acls", new() { ["group"] = "g1" });

        var (status, error) = await _plane.SendAsync(HttpMethod.Post, "/consumers/bob/acls", new() { ["group"] = "g1" });

        status.ShouldBe(HttpStatusCode.Conflict);
        ((string?)error["message"]).ShouldBe($"UNIQUE violation detected on '{{consumer={{id=\"{Bob}\"}},group=\"g1\"}}'");
    }

    private static string? Password(JsonObject credential) => (string?)credential["password"];

    private static string? Id(JsonObject entity) => (string?)entity["id"];
}
