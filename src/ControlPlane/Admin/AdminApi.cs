using Gateway.ControlPlane.Admin.OpenApi;
using Gateway.ControlPlane.Clustering;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Gateway.ControlPlane.Admin;

/// <summary>Registers the Admin API and maps its paths.</summary>
internal static class AdminApi
{
    public static IServiceCollection AddAdminApi(this IServiceCollection services)
    {
        services.AddSingleton<RequestCount>();
        services.TryAddSingleton<WorkTimes>();
        services.AddSingleton<AdminDispatcher>();
        services.AddSingleton<RouteTable>();
        services.AddSingleton<OpenApiEndpoints>();
        services.AddSingleton<EntityEndpoints>();
        services.AddSingleton<LinkEndpoints>();
        services.AddSingleton<OverrideEndpoints>();
        services.AddSingleton<BatchEndpoint>();
        services.AddSingleton<WorkspacePaths>();
        services.AddSingleton<SchemaEndpoints>();
        services.AddSingleton<NodeEndpoints>();
        services.AddSingleton<ConfigEndpoint>();
        services.AddSingleton<LogLevelEndpoints>();
        services.AddSingleton<TimerEndpoints>();
        services.AddSingleton<TagEndpoints>();
        services.AddSingleton<UpstreamEndpoints>();
        services.AddSingleton<PluginPaths>();
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<AuthEndpoint>();
        services.AddSingleton<StatusEndpoints>();
        services.AddSingleton<VitalsResources>();
        services.AddSingleton<MetricsEndpoint>();
        return services;
    }

    /// <summary>The Admin API, as one branch of the server.</summary>
    public static void MapAdminApi(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices;
        var dispatcher = services.GetRequiredService<AdminDispatcher>();
        app.Use(next => http => dispatcher.DecorateAsync(http, next));
        app.Use(next => http => services.GetRequiredService<WorkspacePaths>().InvokeAsync(http, next));
        app.UseRouting();
        app.UseEndpoints(endpoints =>
        {
            IReadOnlyList<(string Path, Resource Resource)> stored =
            [
                .. services.GetRequiredService<EntityEndpoints>().Resources(services.GetRequiredService<EntityTables>()),
                .. services.GetRequiredService<LinkEndpoints>().Resources(services.GetRequiredService<EntityTables>()),
                .. services.GetRequiredService<OverrideEndpoints>().Resources,
            ];
            IEnumerable<(string Path, Resource Resource)> resources =
            [
                .. stored,
                ("/batch", services.GetRequiredService<BatchEndpoint>().Resource(new ResourcePaths(stored))),
                .. services.GetRequiredService<SchemaEndpoints>().Resources,
                .. services.GetRequiredService<NodeEndpoints>().Resources,
                ("/config", services.GetRequiredService<ConfigEndpoint>().Resource),
                .. services.GetRequiredService<LogLevelEndpoints>().Resources,
                .. services.GetRequiredService<TimerEndpoints>().Resources,
                ("/metrics", services.GetRequiredService<MetricsEndpoint>().AdminResource),
                .. services.GetRequiredService<TagEndpoints>().Resources,
                .. services.GetRequiredService<PluginPaths>().Resources,
                .. services.GetRequiredService<OpenApiEndpoints>().Resources,
                .. CacheEndpoints.Resources,
                .. FilterEndpoints.Resources,
                .. services.GetRequiredService<UpstreamEndpoints>().Resources,
                .. services.GetRequiredService<VitalsResources>().Resources,
                ("/auth", services.GetRequiredService<AuthEndpoint>().Resource),
            ];
            foreach (var (path, resource) in resources)
            {
                AdminDispatcher.Map(endpoints, path, resource);
            }

            endpoints.MapClusteringEndpoints();
            endpoints.MapVitalsEndpoints();

            services.GetRequiredService<RouteTable>().Learn(endpoints);
            services.GetRequiredService<WorkspacePaths>().Learn(endpoints);
        });
        app.Run(AdminAnswer.NotFound.WriteAsync);
    }

    /// <summary>The status endpoints, as another branch.</summary>
    public static void MapStatusEndpoints(this IApplicationBuilder app)
    {
        var dispatcher = ActivatorUtilities.CreateInstance<AdminDispatcher>(app.ApplicationServices);
        app.Use(next => http => dispatcher.DecorateAsync(http, next));
        app.UseRouting();
        app.UseEndpoints(endpoints =>
        {
            foreach (var (path, resource) in app.ApplicationServices.GetRequiredService<StatusEndpoints>().Resources)
            {
                AdminDispatcher.Map(endpoints, path, resource);
            }
        });
        app.Run(AdminAnswer.NotFound.WriteAsync);
    }
}
