using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Manager.Live;

/// <summary>The data planes, and the configuration that they should have.</summary>
/// <param name="Planes">By id.</param>
/// <param name="WantedHash">The hash of the newest configuration; null when the Admin API does not tell.</param>
public sealed record DataPlanesPicture(ImmutableSortedDictionary<string, DataPlane> Planes, string? WantedHash)
{
    /// <summary>How many data planes are in a state.</summary>
    public int Count(SyncState state, DateTimeOffset now) => Planes.Values.Count(plane => plane.StateAt(WantedHash, now) == state);
}

/// <summary>The data planes as they come, change and go.</summary>
public sealed class DataPlanesFeed(AdminClient admin, ManagerOptions options, ILogger<DataPlanesFeed> logger)
    : LiveFeed<DataPlanesPicture, DataPlanesPicture>(admin, options, logger)
{
    /// <inheritdoc />
    protected override string Path => "clustering/data-planes/live";

    /// <inheritdoc />
    protected override DataPlanesPicture Empty { get; } = new(ImmutableSortedDictionary<string, DataPlane>.Empty, null);

    /// <inheritdoc />
    protected override (DataPlanesPicture State, DataPlanesPicture Change) Apply(DataPlanesPicture state, string name, JsonObject data)
    {
        // A snapshot replaces everything; an update carries whole rows, one or several, and may name the ids that are gone.
        var planes = name == "snapshot" ? Empty.Planes : state.Planes;
        var rows = data["data"] is JsonArray many ? many.OfType<JsonObject>() : [data];
        planes = planes.SetItems(rows.Select(DataPlane.From).OfType<DataPlane>().Select(plane => KeyValuePair.Create(plane.Id, plane.After(state.Planes.GetValueOrDefault(plane.Id)))));
        if (data["removed"] is JsonArray removed)
        {
            planes = planes.RemoveRange(removed.Select(id => (string?)id ?? ""));
        }

        var wanted = (string?)data["wanted_hash"] ?? planes.Values.FirstOrDefault(plane => plane.InSync == true)?.ConfigHash;
        var picture = new DataPlanesPicture(planes, wanted);
        return (picture, picture);
    }
}

internal static class LiveServices
{
    public static void AddLiveFeeds(this IServiceCollection services)
    {
        services.AddScoped<UpstreamHealthWatch>();
        services.AddSingleton<TrafficSource>();
        services.AddSingleton<RequestTail>();
        services.AddSingleton<VitalsFeed>().AddHostedService(provider => provider.GetRequiredService<VitalsFeed>());
        services.AddSingleton<DataPlanesFeed>().AddHostedService(provider => provider.GetRequiredService<DataPlanesFeed>());
    }
}
