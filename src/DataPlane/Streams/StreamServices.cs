using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Streams;

/// <summary>Registers what proxies streams.</summary>
internal static class StreamServices
{
    /// <summary>Adds the server of streams and what handles them.</summary>
    /// <param name="services">The services.</param>
    public static IServiceCollection AddStreams(this IServiceCollection services)
    {
        services.AddSingleton<StreamConnector>();
        services.AddSingleton<TcpProxy>();
        services.AddSingleton<UdpProxy>();
        services.AddSingleton<StreamServer>();
        return services.AddHostedService(p => p.GetRequiredService<StreamServer>());
    }
}
