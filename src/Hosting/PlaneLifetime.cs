using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Gateway.Hosting;

/// <summary>The lifetime of a plane's host: signals are the node's business, which starts and stops its planes, so a plane that stops by itself has failed.</summary>
public sealed class PlaneLifetime : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Registers the lifetime of planes.</summary>
public static class PlaneLifetimeServices
{
    /// <summary>Takes the process's signals out of a host's hands.</summary>
    /// <param name="services">The host's services.</param>
    public static IServiceCollection AddPlaneLifetime(this IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<IHostLifetime, PlaneLifetime>());
}
