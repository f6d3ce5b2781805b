using System.Text.Json;
using Gateway.Sync.Rpc;

namespace Gateway.ControlPlane.Clustering;

/// <summary>What is new, for a data plane in the same process: the same changes that others are sent, without the wire.</summary>
/// <param name="publisher">Who knows.</param>
public sealed class LocalChanges(ConfigPublisher publisher)
{
    private ConfigImage? _taken;

    /// <summary>Waits until there is another version than the one that was taken last.</summary>
    /// <param name="version">The version in use, as written: what the changes are counted from.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <returns>What changed since, or everything where that is not known; without changes when the version in use is the newest.</returns>
    public async Task<SyncDeltas> TakeAsync(string version, CancellationToken cancellation)
    {
        var image = _taken = await publisher.WaitForImageAsync(_taken, cancellation);
        var newest = image.Version.ToString();
        if (version == newest)
        {
            return new SyncDeltas(false, newest, []);
        }

        var changed = SyncVersion.TryParse(version, out var from) ? image.ChangedSince(from) : null;
        return new SyncDeltas(changed is null, newest, [.. (changed is null ? image.All() : image.Of(changed)).Select(e => new SyncDelta(
            e.Kind, e.Row is null ? default : JsonElement.Parse(e.Row.Json), e.Id.ToString(), (e.Row?.Workspace ?? image.DefaultWorkspace).ToString()))]);
    }
}
