using Gateway.Sync.OlderPlanes;
using Gateway.Sync.Rpc;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Writes the answers to planes that ask what is new.</summary>
internal static class SyncAnswerWriter
{
    /// <summary>No change.</summary>
    public static PackedJson Empty()
    {
        var body = new PackedJsonBuilder();
        body.Append(SyncDeltas.Opening);
        body.Append(SyncDeltas.Closing(isFull: false));
        return body.Build();
    }

    /// <summary>What became of the entities that changed.</summary>
    /// <param name="image">The configuration.</param>
    /// <param name="changed">The entities.</param>
    /// <param name="isNewest">Whether the plane has the newest version already, so that there is nothing to tell.</param>
    /// <param name="filter">What the plane does not know.</param>
    public static SyncAnswer Changes(ConfigImage image, IReadOnlySet<(string Kind, Guid Id)> changed, bool isNewest, ExtensionFilter filter)
    {
        var body = new PackedJsonBuilder();
        body.Append(SyncDeltas.Opening);
        var writer = new Deltas(image, filter, body);
        if (!isNewest)
        {
            foreach (var (kind, id, row) in image.Of(changed))
            {
                if (row is null)
                {
                    writer.Delete(kind, id);
                }
                else
                {
                    writer.Set(kind, id, row, isFull: false);
                }
            }

            if (writer.Count is 0 && image.Tables[0].Rows.TryGetValue(image.DefaultWorkspace, out var workspace))
            {
                // Nothing that this plane knows changed; something has to carry the version.
                writer.Set(image.Tables[0].Kind, image.DefaultWorkspace, workspace, isFull: false);
            }
        }

        body.Append(SyncDeltas.Closing(isFull: false));
        return new SyncAnswer(image.Version, false, body.Build());
    }

    /// <summary>All entities, each after those that it refers to.</summary>
    /// <param name="image">The configuration.</param>
    /// <param name="filter">What the planes do not know.</param>
    /// <param name="counts">Whether they count versions, as those of 3.9 do.</param>
    public static SyncAnswer Full(ConfigImage image, ExtensionFilter filter, bool counts)
    {
        var body = new PackedJsonBuilder();
        body.Append(SyncDeltas.Opening);
        var writer = new Deltas(image, filter, body) { Counts = counts };
        foreach (var (kind, id, row) in image.All().Where(e => filter.Knows(e.Kind)))
        {
            writer.Set(kind, id, row!, isFull: true);
        }

        body.Append(SyncDeltas.Closing(isFull: true));
        return new SyncAnswer(image.Version, true, body.Build());
    }

    private sealed class Deltas(ConfigImage image, ExtensionFilter filter, PackedJsonBuilder body)
    {
        private readonly string _version = image.Version.ToString();

        public int Count { get; private set; }

        public bool Counts { get; init; }

        public void Delete(string kind, Guid id)
        {
            if (filter.Knows(kind))
            {
                Append(SyncDelta.Write(kind, [], id, image.DefaultWorkspace, _version));
            }
        }

        public void Set(string kind, Guid id, ImageRow row, bool isFull)
        {
            if (filter.Apply(kind, row.Json) is { } entity)
            {
                var workspace = row.Workspace ?? image.DefaultWorkspace;
                Append(Counts ? SyncDelta.Write(kind, entity, id, workspace, image.Version.Count) : SyncDelta.Write(kind, entity, id, workspace, _version));
            }
            else if (!isFull)
            {
                // It may have been one that the plane knows.
                Delete(kind, id);
            }
        }

        private void Append(byte[] delta)
        {
            if (Count++ > 0)
            {
                body.Append(","u8);
            }

            body.Append(delta);
        }
    }
}
