using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>Derives the ids of entities that name none, so that the same document gives the same ids everywhere (UUID version 5, RFC 9562).</summary>
internal static class EntityIds
{
    private static readonly Guid _root = new("fd02801f-0957-4a15-a55a-c8d9606f30b5");

    /// <summary>The id of an entity by what makes it unique.</summary>
    /// <param name="kind">The collection's name.</param>
    /// <param name="key">What makes the entity unique in it.</param>
    public static Guid Of(string kind, string key) => Version5(Version5(_root, kind), key);

    /// <summary>What makes an entity unique, or null when its document does not say enough.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="item">The document.</param>
    /// <param name="parentField">The field that refers to the entity around it, or null.</param>
    /// <param name="parent">The id of the entity around it, or null when that is made up.</param>
    /// <param name="expand">Whether references that are written as objects count; the original passes over them.</param>
    public static string? KeyOf(EntitySchema schema, JsonObject item, string? parentField, Guid? parent, bool expand)
    {
        if (schema.CacheKey.Count is 0)
        {
            return schema.EndpointKey is { } endpoint ? Json.String(item[endpoint]) : null;
        }

        var parts = new List<string> { schema.Name, Json.String(item["ws_id"]) ?? "*" };
        foreach (var name in schema.CacheKey)
        {
            var field = schema.Field(name)!;
            if (field.Auto)
            {
                return null;
            }

            if (!item.TryGetPropertyValue(name, out var value))
            {
                if (name == parentField)
                {
                    if (parent is null)
                    {
                        return null;
                    }

                    parts.Add(parent.Value.ToString());
                }
                else if (field.Required is true)
                {
                    return null;
                }
                else if (!field.Extension)
                {
                    parts.Add(string.Empty);
                }
            }
            else if (Json.String(value) is { } text)
            {
                parts.Add(text);
            }
            else if (expand && value is JsonObject reference && Json.String(reference["id"]) is { } id)
            {
                parts.Add(id);
            }
        }

        return string.Join(':', parts);
    }

    private static Guid Version5(Guid space, string name)
    {
        Span<byte> spaceBytes = stackalloc byte[16];
        space.TryWriteBytes(spaceBytes, bigEndian: true, out _);
#pragma warning disable CA5350 // SHA-1 is what version 5 is made of; nothing is protected by it.
        var hash = SHA1.HashData([.. spaceBytes, .. Encoding.UTF8.GetBytes(name)]).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash, bigEndian: true);
    }
}
