using System.Net;
using Gateway.ControlPlane.Clustering;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.ControlPlane.Tests.Clustering;

public class OtherRolesTests
{
    [Theory]
    [InlineData("/clustering/data-planes")]
    [InlineData("/clustering/status")]
    public async Task Endpoints_WithoutClustering_SayThatThisIsNoControlPlane(string path)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        builder.Services.AddRoutingCore();
        await using var host = builder.Build();
        host.UseRouting();
        host.MapClusteringEndpoints();
        await host.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(host.Urls.First()) };

        using var response = await client.GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).ShouldBe(
            """{"message":"this endpoint is only available when Kong is configured to run as Control Plane for the cluster"}""");
    }
}
