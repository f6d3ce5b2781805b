using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed class AdminErrorsTests(AdminErrorsTests.Nodes nodes) : IClassFixture<AdminErrorsTests.Nodes>
{
    [Theory]
    [InlineData("POST", "/services", "{\"host\":\"h.test\",\"name\":\"taken\"}", 409, 5, "UNIQUE violation detected on '{name=\"taken\"}'")]
    [InlineData("POST", "/services", "{}", 400, 2, "schema violation (host: required field missing)")]
    [InlineData("POST", "/services", "{\"host\":\"h.test\",\"id\":\"00000000-0000-4000-8000-000000000001\"}", 400, 3, "primary key violation on key '{id=\"00000000-0000-4000-8000-000000000001\"}'")]
    [InlineData("POST", "/routes", "{\"paths\":[\"/\"],\"service\":{\"id\":\"00000000-0000-4000-8000-00000000000f\"}}", 400, 4, "the foreign key '{id=\"00000000-0000-4000-8000-00000000000f\"}' does not reference an existing 'services' entity.")]
    [InlineData("POST", "/routes", "{\"paths\":[\"/\"],\"service\":{\"name\":\"x\"}}", 400, 13, "foreign key unresolved (service.name: the foreign key cannot be resolved with '{name=\"x\"}' for an existing 'services' entity)")]
    [InlineData("PATCH", "/services/00000000-0000-4000-8000-00000000000f", "{}", 404, 6, "could not find the entity with primary key '{id=\"00000000-0000-4000-8000-00000000000f\"}'")]
    [InlineData("GET", "/services?offset=%25", null, 400, 7, "'%' is not a valid offset: bad base64 encoding")]
    [InlineData("GET", "/services?size=1001", null, 400, 9, "size must be an integer between 1 and 1000")]
    [InlineData("GET", "/services/sp%20ace", null, 400, 10, "invalid value 'sp ace': the only accepted ascii characters are alphanumerics or ., -, _, and ~")]
    [InlineData("GET", "/services?tags=a,b/c", null, 400, 11, "invalid option (tags: invalid filter syntax)")]
    [InlineData("POST", "/consumers/c/key-auth", "{\"ttl\":-1}", 400, 11, "invalid option (ttl: must be an integer between 0 and 100000000)")]
    [InlineData("POST", "/services", "{\"host\":", 400, null, "Cannot parse JSON body")]
    [InlineData("POST", "/services", "[1]", 400, null, "Cannot parse JSON body")]
    [InlineData("POST", "/services", "{\"host\":\"h.test\",\"tags\":[\"a\\u0000b\"]}", 400, 2, null)]
    [InlineData("DELETE", "/services", null, 405, null, "Method not allowed")]
    [InlineData("GET", "/rbac/users", null, 404, null, "Not found")]
    [InlineData("GET", "/SERVICES", null, 404, null, "Not found")]
    [InlineData("GET", "/snis/a.test/certificate", null, 404, null, "Not found")]
    public async Task Mistake_IsAnsweredInKongsWords(string method, string path, string? body, int status, int? code, string? message)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, null, "application/json");
        }

        using var response = await nodes.Plane.Client.SendAsync(request);

        var answer = (await response.Content.ReadFromJsonAsync<JsonObject>())!;
        ((int)response.StatusCode).ShouldBe(status, answer.ToJsonString());
        answer["code"]?.GetValue<int>().ShouldBe(code!.Value);
        if (message is not null)
        {
            answer["message"]!.GetValue<string>().ShouldBe(message);
        }
    }

    /// <summary>One control plane for all mistakes: none of them changes anything.</summary>
    public sealed class Nodes : IAsyncLifetime
    {
        private readonly PostgresFixture _postgres = new();

        internal RunningControlPlane Plane { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            await _postgres.InitializeAsync();
            Plane = await RunningControlPlane.StartAsync(_postgres);
            await Plane.PostAsync("/services", new() { ["name"] = "taken", ["host"] = "h.test", ["id"] = "00000000-0000-4000-8000-000000000001" });
            await Plane.PostAsync("/consumers", new() { ["username"] = "c" });
        }

        public async Task DisposeAsync()
        {
            await Plane.DisposeAsync();
            await _postgres.DisposeAsync();
        }
    }
}
