using System.Text.Json;
using Gateway.DataPlane.Sync;
using Gateway.Entities;
using Gateway.Sync;

namespace Gateway.DataPlane.Config;

/// <summary>Reads a declarative document strictly: every row through its schema, every reference to a row that is there.</summary>
/// <param name="catalog">The declared entities.</param>
/// <param name="rows">Reads single rows.</param>
internal sealed class DocumentReader(EntityCatalog catalog, RowReader rows)
{
    // The control plane's own notes, which an original one always sends and nothing on a data plane reads.
    internal static readonly IReadOnlySet<string> NotForPlanes = new HashSet<string> { "parameters" };

    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    /// <summary>Reads a document.</summary>
    /// <param name="message">The document and its hashes.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public ConfigReading Read(Reconfigure message, CancellationToken cancellation)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(message.ConfigTable, _strict);
        }
        catch (JsonException malformed)
        {
            return ConfigReading.Wrong($"declarative configuration parse failure: {malformed.Message}");
        }

        using (document)
        {
            var found = new List<DocumentRow>();
            if (Collect(document.RootElement, found) is { } rejection)
            {
                return new ConfigReading { Rejection = rejection };
            }

            return Judge(found, message.Hashes with { Config = message.Hash }, message.Timestamp, cancellation);
        }
    }

    /// <summary>Reads the rows of a whole configuration, and judges what they say of each other.</summary>
    /// <param name="found">The rows.</param>
    /// <param name="hashes">The hashes of the configuration, or its version.</param>
    /// <param name="now">When it was built, in Unix seconds.</param>
    /// <param name="cancellation">Stops the reading.</param>
    public ConfigReading Judge(List<DocumentRow> found, ConfigHashes hashes, double now, CancellationToken cancellation)
    {
        var workspace = DefaultWorkspace(found);
        Parallel.For(0, found.Count, new ParallelOptions { CancellationToken = cancellation }, i => rows.Read(found[i], workspace, now));
        var wrong = found.FirstOrDefault(r => r.Rejection is not null)?.Rejection ?? ReferenceCheck.FirstWrong(found, catalog);
        return wrong is not null ? new ConfigReading { Rejection = wrong } : Whole(found, hashes, workspace);
    }

    private ApplyOutcome.Rejected? Collect(JsonElement document, List<DocumentRow> found)
    {
        if (document.ValueKind is not JsonValueKind.Object)
        {
            return new("expected an object");
        }

        if (!document.TryGetProperty("_format_version", out var version) || version.ValueKind is not JsonValueKind.String)
        {
            return new("required field missing", null, "_format_version");
        }

        if (version.GetString() is not ("3.0" or "2.1" or "1.1"))
        {
            return new("expected one of: 1.1, 2.1, 3.0", null, "_format_version");
        }

        foreach (var part in document.EnumerateObject())
        {
            if (part.Name is "_format_version" or "_transform" or "_comment" || NotForPlanes.Contains(part.Name))
            {
                continue;
            }

            if (catalog.Find(part.Name) is not { Stored: true })
            {
                return new($"unknown entity '{part.Name}': this data plane does not know such a collection", part.Name);
            }

            if (part.Value.ValueKind is JsonValueKind.Null)
            {
                continue;
            }

            // An empty table is written as an object by control planes that cannot tell it from a list.
            if (part.Value.ValueKind is not JsonValueKind.Array && !(part.Value.ValueKind is JsonValueKind.Object && part.Value.GetPropertyCount() is 0))
            {
                return new("expected an array", part.Name);
            }

            found.AddRange(part.Value.ValueKind is JsonValueKind.Array ? part.Value.EnumerateArray().Select((row, i) => new DocumentRow(part.Name, i, row)) : []);
        }

        return null;
    }

    private static Guid DefaultWorkspace(List<DocumentRow> found) =>
        found.FirstOrDefault(r => r.Entity is "workspaces" && r.Raw.ValueKind is JsonValueKind.Object
            && r.Raw.TryGetProperty("name", out var name) && name.ValueKind is JsonValueKind.String && name.ValueEquals("default")) is { IdText: { } id }
        && Guid.TryParse(id, out var workspace) ? workspace : ConfigDefaults.Workspace;

    private static ConfigReading Whole(List<DocumentRow> found, ConfigHashes hashes, Guid workspace)
    {
        // A configuration of nothing but workspaces counts as empty: so the original reports it, and so readiness is told.
        var hash = found.All(r => r.Entity is "workspaces") ? ConfigHashes.Zeros : hashes.Config;
        return new ConfigReading
        {
            Config = new StoredConfig(hash, hashes, workspace, found.Count),
            Rows = [.. found.Select(r => r.Stored!)],
            Entities = ConfigBinding.Bind(new TypedRows(found), hashes),
        };
    }

    private sealed class TypedRows(List<DocumentRow> found) : IRowSource
    {
        private readonly ILookup<string, DocumentRow> _byEntity = found.ToLookup(r => r.Entity, StringComparer.Ordinal);

        public IReadOnlyList<T> All<T>(string entity)
            where T : class => [.. _byEntity[entity].Select(r => (T)r.Typed!)];
    }
}
