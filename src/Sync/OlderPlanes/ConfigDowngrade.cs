using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Entities;

namespace Gateway.Sync.OlderPlanes;

/// <summary>A configuration as data planes of an older version understand it.</summary>
/// <param name="ConfigTable">The declarative document: UTF-8 JSON.</param>
/// <param name="Losses">What those planes do not get, in words for the log; empty when they only get it in another form.</param>
public sealed record DowngradedConfig(ReadOnlyMemory<byte> ConfigTable, IReadOnlyList<string> Losses);

/// <summary>Turns a configuration into what data planes of an older version understand.</summary>
public static class ConfigDowngrade
{
    /// <summary>How many of the steps, from the newest on, a version needs: versions with the same number get the same configuration.</summary>
    /// <param name="version">The data plane's version.</param>
    public static int StepsFor(string version)
    {
        var number = VersionNumber.Parse(version);
        return VersionSteps.All.TakeWhile(s => number < s.Number).Count();
    }

    /// <summary>The fields of plugins' configurations that a version does not know, by the plugin's name.</summary>
    /// <param name="version">The data plane's version.</param>
    public static IReadOnlyDictionary<string, IReadOnlySet<string>> RemovedFields(string version) =>
        VersionSteps.All.Take(StepsFor(version)).SelectMany(s => s.Changes).Where(c => c.Removed.Count > 0).GroupBy(c => c.Name!)
            .ToDictionary(g => g.Key, IReadOnlySet<string> (g) => g.SelectMany(c => c.Removed).ToHashSet());

    /// <summary>Applies the steps; null when the configuration has nothing that they change.</summary>
    /// <param name="configTable">The declarative document: UTF-8 JSON of an object.</param>
    /// <param name="steps">How many steps, see <see cref="StepsFor"/>.</param>
    /// <param name="unknown">The extensions that the planes do not know.</param>
    /// <remarks>Entity by entity, and untouched collections as they are: the document may be large.</remarks>
    public static DowngradedConfig? Apply(ReadOnlyMemory<byte> configTable, int steps, params IReadOnlyCollection<EntityExtension> unknown)
    {
        if (steps == 0 && unknown.Count == 0)
        {
            return null;
        }

        var applied = VersionSteps.All.Take(steps).ToList();
        var collections = applied.SelectMany(s => s.Collections).Concat(unknown.Where(e => e.Field is null).Select(e => e.Collection)).ToHashSet();
        var changes = unknown.Where(e => e.Field is not null).Select(Changes.WithoutExtension).Concat(applied.SelectMany(s => s.Changes)).ToLookup(c => c.Collection);
        // Only entities of other workspaces than the default one name theirs. Foreign planes refuse the name, and without it the entity would apply to what is not its own.
        var others = unknown.Count > 0 && configTable.Span.IndexOf("\"ws_id\""u8) >= 0;
        var losses = new SortedSet<string>(StringComparer.Ordinal);
        var changed = false;
        var output = new ArrayBufferWriter<byte>(configTable.Length + 1024);
        using (var writer = new Utf8JsonWriter(output))
        {
            var reader = new Utf8JsonReader(configTable.Span);
            reader.Read();
            writer.WriteStartObject();
            while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                reader.Read();
                if (collections.Contains(name))
                {
                    losses.Add("no " + name);
                    changed = true;
                    reader.Skip();
                    continue;
                }

                writer.WritePropertyName(name);
                if (reader.TokenType is JsonTokenType.StartArray && (others || changes.Contains(name)))
                {
                    EntityChange[] made = others ? [Changes.OfDefaultWorkspace(name), .. changes[name]] : [.. changes[name]];
                    changed |= Entities(ref reader, writer, configTable.Span, made, losses);
                }
                else
                {
                    writer.WriteRawValue(Raw(ref reader, configTable.Span), skipInputValidation: true);
                }
            }

            writer.WriteEndObject();
        }

        return changed ? new DowngradedConfig(output.WrittenMemory, [.. losses]) : null;
    }

    private static bool Entities(ref Utf8JsonReader reader, Utf8JsonWriter writer, ReadOnlySpan<byte> table, EntityChange[] changes, SortedSet<string> losses)
    {
        var changed = false;
        // Picked once for every name, because there may be many entities and there are many changes.
        var byName = changes.Select(c => c.Name).OfType<string>().Distinct().ToDictionary(n => n, n => Array.FindAll(changes, c => c.Name is null || c.Name == n));
        var others = Array.FindAll(changes, c => c.Name is null);
        writer.WriteStartArray();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
        {
            var raw = Raw(ref reader, table);
            if (raw[0] != (byte)'{' || JsonNode.Parse(raw) is not JsonObject entity)
            {
                writer.WriteRawValue(raw, skipInputValidation: true);
                continue;
            }

            var meant = entity["name"] is JsonValue value && value.TryGetValue<string>(out var name) ? byName.GetValueOrDefault(name, others) : others;
            if (Array.ConvertAll(meant, c => c.Drop(entity)).FirstOrDefault(s => s is not null) is { } dropped)
            {
                losses.Add(dropped);
                changed = true;
                continue;
            }

            // In order, each on what the one before it left.
            var said = Array.ConvertAll(meant, c => c.Apply(entity)).OfType<string>().ToList();
            losses.UnionWith(said.Where(s => s.Length > 0));
            if (said.Count == 0)
            {
                writer.WriteRawValue(raw, skipInputValidation: true);
            }
            else
            {
                changed = true;
                entity.WriteTo(writer);
            }
        }

        writer.WriteEndArray();
        return changed;
    }

    private static ReadOnlySpan<byte> Raw(ref Utf8JsonReader reader, ReadOnlySpan<byte> table)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return table[start..(int)reader.BytesConsumed];
    }
}
