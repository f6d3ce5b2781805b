using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed class EntityEndpointsTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>, IAsyncLifetime
{
    private RunningControlPlane _plane = null!;

    public async Task InitializeAsync() => _plane = await RunningControlPlane.StartAsync(postgres);

    public async Task DisposeAsync() => await _plane.DisposeAsync();

    [Fact]
    public async Task Service_ThroughItsLife_IsKeptAsSent()
    {
        using var form = new FormUrlEncodedContent([new("name", "mock"), new("url", "http://u.test:81/x")]);
        var created = await _plane.Client.PostAsync("/services", form);
        created.StatusCode.ShouldBe(HttpStatusCode.Created);
        created.Headers.Server.ToString().ShouldBe("kong/3.10.0");
        created.Headers.Contains("X-Kong-Admin-Latency").ShouldBeTrue();
        created.Content.Headers.ContentLength.ShouldNotBeNull();
        var service = (await created.Content.ReadFromJsonAsync<JsonObject>())!;
        (service["host"]!.GetValue<string>(), service["port"]!.GetValue<int>(), service["path"]!.GetValue<string>()).ShouldBe(("u.test", 81, "/x"));

        var (status, changed) = await _plane.SendAsync(HttpMethod.Patch, "/services/mock", new() { ["retries"] = 1 });
        status.ShouldBe(HttpStatusCode.OK);
        changed["retries"]!.GetValue<int>().ShouldBe(1);
        changed["port"]!.GetValue<int>().ShouldBe(81);

        (_, var replaced) = await _plane.SendAsync(HttpMethod.Put, "/services/mock", new() { ["host"] = "other.test" });
        replaced["id"]!.GetValue<string>().ShouldBe(service["id"]!.GetValue<string>());
        replaced["port"]!.GetValue<int>().ShouldBe(80);

        (await _plane.SendAsync(HttpMethod.Delete, "/services/mock")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.SendAsync(HttpMethod.Delete, "/services/mock")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.SendAsync(HttpMethod.Get, "/services/mock")).Status.ShouldBe(HttpStatusCode.NotFound);
        (await _plane.QueryAsync<string[]>("SELECT array_agg(op ORDER BY seq) FROM change_log WHERE kind = 'services'")).ShouldBe(["upsert", "upsert", "upsert", "delete"]);
    }

    [Fact]
    public async Task Service_WithRoutes_StaysUntilTheyAreGone()
    {
        await _plane.PostAsync("/services", new() { ["name"] = "s", ["host"] = "h.test" });
        var route = await _plane.PostAsync("/services/s/routes", new() { ["name"] = "r", ["paths"] = new JsonArray("/r") });

        var (status, error) = await _plane.SendAsync(HttpMethod.Delete, "/services/s");

        status.ShouldBe(HttpStatusCode.BadRequest);
        error["message"]!.GetValue<string>().ShouldBe("an existing 'routes' entity references this 'services' entity");
        (await _plane.GetAsync("/routes/r/service"))["name"]!.GetValue<string>().ShouldBe("s");
        (await _plane.GetAsync("/services/s/routes"))["data"]!.AsArray().Single()!["id"]!.GetValue<string>().ShouldBe(route["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Consumer_Deleted_TakesItsCredentialsAlongAndTheLogKnows()
    {
        await _plane.PostAsync("/consumers", new() { ["username"] = "bob" });
        var key = await _plane.PostAsync("/consumers/bob/key-auth", new() { ["ttl"] = 100 });
        key["key"]!.GetValue<string>().Length.ShouldBe(32);
        key["ttl"]!.GetValue<int>().ShouldBeInRange(50, 100);

        (await _plane.SendAsync(HttpMethod.Delete, "/consumers/bob")).Status.ShouldBe(HttpStatusCode.NoContent);

        (await _plane.GetAsync("/key-auths"))["data"]!.AsArray().ShouldBeEmpty();
        (await _plane.QueryAsync<string[]>("SELECT array_agg(kind ORDER BY kind) FROM change_log WHERE op = 'delete'")).ShouldBe(["consumers", "keyauth_credentials"]);
    }

    [Fact]
    public async Task Targets_WithoutAPort_GetTheDefaultAndComeNewestFirst()
    {
        await _plane.PostAsync("/upstreams", new() { ["name"] = "u.test" });
        await _plane.PostAsync("/upstreams/u.test/targets", new() { ["target"] = "10.0.0.1" });
        await _plane.PostAsync("/upstreams/u.test/targets", new() { ["target"] = "10.0.0.2:81", ["weight"] = 5 });

        var targets = (await _plane.GetAsync("/upstreams/u.test/targets"))["data"]!.AsArray();

        targets.Select(t => t!["target"]!.GetValue<string>()).ShouldBe(["10.0.0.2:81", "10.0.0.1:8000"]);
        (await _plane.SendAsync(HttpMethod.Post, "/upstreams/u.test/targets", new() { ["target"] = "10.0.0.1:8000" })).Status.ShouldBe(HttpStatusCode.Conflict);
        (await _plane.SendAsync(HttpMethod.Delete, "/upstreams/u.test/targets/10.0.0.1:8000")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.SendAsync(HttpMethod.Get, "/targets")).Status.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Certificate_WithServerNames_KeepsThemAsRows()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var cert = new CertificateRequest("CN=a.test", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        JsonObject Body(params string[] snis) => new()
        {
            ["cert"] = cert.ExportCertificatePem(),
            ["key"] = key.ExportPkcs8PrivateKeyPem(),
            ["snis"] = new JsonArray([.. snis.Select(s => (JsonNode?)s)]),
        };

        var created = await _plane.PostAsync("/certificates", Body("b.test", "a.test"));

        created["snis"]!.AsArray().Select(s => s!.GetValue<string>()).ShouldBe(["a.test", "b.test"]);
        (await _plane.GetAsync("/snis/a.test"))["certificate"]!["id"]!.GetValue<string>().ShouldBe(created["id"]!.GetValue<string>());
        (await _plane.GetAsync("/certificates/b.test"))["id"]!.GetValue<string>().ShouldBe(created["id"]!.GetValue<string>());
        var (status, error) = await _plane.SendAsync(HttpMethod.Post, "/certificates", Body("a.test"));
        status.ShouldBe(HttpStatusCode.BadRequest);
        error["fields"]!["snis"]!.GetValue<string>().ShouldBe($"a.test already associated with existing certificate '{created["id"]}'");
        (await _plane.GetAsync("/certificates"))["data"]!.AsArray().Count.ShouldBe(1);

        (_, var changed) = await _plane.SendAsync(HttpMethod.Patch, $"/certificates/{created["id"]}", new() { ["snis"] = new JsonArray("c.test") });
        changed["snis"]!.AsArray().Single()!.GetValue<string>().ShouldBe("c.test");
        (await _plane.SendAsync(HttpMethod.Delete, $"/certificates/{created["id"]}")).Status.ShouldBe(HttpStatusCode.NoContent);
        (await _plane.GetAsync("/snis"))["data"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task CaCertificate_InUse_ShowsItsDigestAndStays()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using var cert = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));

        var created = await _plane.PostAsync("/ca_certificates", new() { ["cert"] = cert.ExportCertificatePem() });
        await _plane.PostAsync("/services", new() { ["url"] = "https://h.test", ["ca_certificates"] = new JsonArray(created["id"]!.GetValue<string>()) });

        created["cert_digest"]!.GetValue<string>().ShouldBe(cert.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant());
        var (status, error) = await _plane.SendAsync(HttpMethod.Delete, $"/ca_certificates/{created["id"]}");
        (status, error["code"]!.GetValue<int>()).ShouldBe((HttpStatusCode.BadRequest, 19));
        (await _plane.SendAsync(HttpMethod.Get, "/ca_certificates/nope")).Body["code"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task Body_TooLarge_IsRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/services");
        request.Content = new StringContent(new string(' ', 11 * 1024 * 1024), null, "application/json");
        request.Headers.ExpectContinue = true;

        using var response = await _plane.Client.SendAsync(request);

        response.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Patches_OfOneRowAtOnce_AreAllKept()
    {
        await _plane.PostAsync("/services", new() { ["name"] = "s", ["host"] = "h.test" });
        string[] fields = ["retries", "port", "connect_timeout", "write_timeout", "read_timeout"];

        await Task.WhenAll(fields.Select(async f => (await _plane.SendAsync(HttpMethod.Patch, "/services/s", new() { [f] = 7 })).Status.ShouldBe(HttpStatusCode.OK)));

        var service = await _plane.GetAsync("/services/s");
        fields.ShouldAllBe(f => service[f]!.GetValue<int>() == 7);
    }

    [Fact]
    public async Task Puts_OfOneNewNameAtOnce_MakeOneRow()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _plane.SendAsync(HttpMethod.Put, "/services/s", new() { ["host"] = "h.test" })));

        answers.ShouldAllBe(a => a.Status == HttpStatusCode.OK);
        answers.Select(a => a.Body["id"]!.GetValue<string>()).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public async Task Status_OnItsPort_AnswersAndTheAdminApiDoesNot()
    {
        (await _plane.Status.GetAsync("/status/ready")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _plane.Status.GetAsync("/status")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await _plane.Status.GetAsync("/services")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await _plane.Client.GetAsync("/status/ready")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
