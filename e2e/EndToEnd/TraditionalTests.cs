using System.Text.Json.Nodes;

namespace Gateway.EndToEnd;

/// <summary>The default role: one process with a database, an Admin API, a Manager and a proxy.</summary>
public sealed class TraditionalTests
{
    [Fact]
    public async Task Traditional_OneProcess_ProxiesWhatItsAdminApiIsTold()
    {
        await using var platform = await Platform.StartAsync(planes: false);
        await platform.StartTraditionalAsync();

        await platform.PostAsync("/services", 201, ("name", "mock"), ("url", platform.EchoUrl));
        await platform.PostAsync("/services/mock/routes", 201, ("paths", "/mock"));
        await platform.WaitForProxyAsync("/mock/anything", 200);
        await platform.PostAsync("/services/mock/plugins", 201, ("name", "key-auth"));
        await platform.WaitForProxyAsync("/mock/anything", 401);

        // Everything once, and then what changed.
        platform.ControlPlane.Output.Split('\n').Count(l => l.Contains("rows in use after", StringComparison.Ordinal)).ShouldBe(1, platform.ControlPlane.Output);
        platform.ControlPlane.Output.ShouldContain("changes up to version");

        // There is no cluster, and the Admin API says so as Kong does.
        using var refused = await platform.Http.GetAsync(new Uri($"{platform.Admin}/clustering/data-planes"));
        ((int)refused.StatusCode).ShouldBe(400);
        ((string?)JsonNode.Parse(await refused.Content.ReadAsStringAsync())!["message"])
            .ShouldBe("this endpoint is only available when Kong is configured to run as Control Plane for the cluster");

        // The database may go: what is configured is served.
        await platform.Postgres.KillAsync();
        await platform.WaitForProxyAsync("/mock/anything", 401);
        platform.ControlPlane.Signal(Signals.Terminate);
        await platform.ControlPlane.WaitForExitAsync();
        platform.ControlPlane.ExitCode.ShouldBe(0, platform.ControlPlane.Output);
    }
}
