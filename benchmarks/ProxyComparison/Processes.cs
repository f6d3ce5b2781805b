using System.Net;
using System.Text;
using Gateway.DataPlane;
using Gateway.DataPlane.Config;
using Gateway.Entities;
using Gateway.Hosting;
using Gateway.Sync;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.ProxyComparison;

/// <summary>The processes that are compared, and the upstream behind them.</summary>
internal static class Processes
{
    private static readonly byte[] _answer = Encoding.ASCII.GetBytes("{\"message\":\"hello from the upstream\"}");

    /// <summary>Answers every request with the same few octets.</summary>
    public static async Task<int> EchoAsync(int port)
    {
        var app = Bare(port, _ => { });
        app.Run(http =>
        {
            http.Response.ContentType = "application/json";
            http.Response.ContentLength = _answer.Length;
            return http.Response.Body.WriteAsync(_answer).AsTask();
        });
        await app.RunAsync();
        return 0;
    }

    /// <summary>YARP's forwarder and nothing else: what a proxy on this platform can do at best.</summary>
    public static async Task<int> YarpAsync(int port, int upstream)
    {
        Meter.Serve(port);
        var app = Bare(port, services => services.AddHttpForwarder());
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = null,
        });
        var config = new ForwarderRequestConfig { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact, ActivityTimeout = TimeSpan.FromSeconds(60) };
        var destination = $"http://127.0.0.1:{upstream}";
        app.Run(async http => await forwarder.SendAsync(http, destination, client, config, HttpTransformer.Default));
        await app.RunAsync();
        return 0;
    }

    /// <summary>This data plane with one route and no plugins.</summary>
    public static async Task<int> GatewayAsync(int port, int upstream)
    {
        Meter.Serve(port);
        var app = DataPlaneHost.Create(new DataPlaneOptions { ProxyListeners = [new Listener(IPAddress.Loopback, port)] });
        var service = new Service { Id = new(Guid.NewGuid()), Host = "127.0.0.1", Port = upstream };
        var route = new Route { Id = new(Guid.NewGuid()), Service = service.Id, Paths = ["/api"], StripPath = false };
        var result = app.Services.GetRequiredService<SnapshotCompiler>().Compile(new ConfigEntities
        {
            Hashes = ConfigHashes.Empty with { Config = new string('1', 32) },
            Services = [service],
            Routes = [route],
        });
        ((CompileResult.Compiled)result).Use();
        await app.RunAsync();
        return 0;
    }

    private static WebApplication Bare(int port, Action<IServiceCollection> services)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        services(builder.Services);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        return builder.Build();
    }
}
