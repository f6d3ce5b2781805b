using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>Which kinds of entities are configuration, and where they stand in a file.</summary>
internal static class StateKinds
{
    /// <summary>The licences, which are no part of any workspace; files without any say nothing of them.</summary>
    public const string Licences = "licenses";

    private const string Overrides = "consumer_group_plugins";

    /// <summary>The kinds that people write, each after those that it refers to. What expires and belongs to no consumer, such as a session, is made by the gateway as it runs.</summary>
    public static IReadOnlyList<EntitySchema> Of(EntityCatalog catalog) =>
    [
        .. catalog.Entities.Where(e => e is { Stored: true, Unavailable: null } && (e.Exported || e.Name is Licences) && (e.AdminApi || HasNoIdentity(e)) && e.Name is not "workspaces"
            && (!e.Ttl || e.ForeignFields.Any(f => f.Schema.Reference is "consumers"))),
    ];

    /// <summary>Whether what is written of an entity is all that it is: a link, or the settings of a plugin for a group.</summary>
    public static bool HasNoIdentity(EntitySchema schema) => schema.IsLink || IsOverride(schema);

    /// <summary>Whether rows are the settings of a plugin that are others for a group.</summary>
    public static bool IsOverride(EntitySchema schema) => schema.Name is Overrides;

    /// <summary>The references to entities below which one of this kind may stand in a file: a route below its <c>service</c>.</summary>
    public static IEnumerable<NamedField> Owners(EntitySchema schema) => schema.ForeignFields.Where(f => f.Schema.Reference == f.Name + "s");

    /// <summary>The collection of a kind, below its parent where it stands nowhere else.</summary>
    /// <param name="schema">The kind.</param>
    /// <param name="catalog">All kinds.</param>
    /// <param name="parent">The id of an entity's parent.</param>
    public static string PathOf(EntitySchema schema, EntityCatalog catalog, Func<string, string> parent)
    {
        if (schema.TopLevel && !HasNoIdentity(schema))
        {
            return $"/{schema.AdminName}";
        }

        var owner = schema.ForeignFields.First();
        var (near, nested) = (catalog[owner.Schema.Reference!], IsOverride(schema) ? "overrides/plugins" : schema.IsLink ? catalog[schema.ForeignFields.Last().Schema.Reference!].AdminName : schema.NestedName);
        return $"/{near.AdminName}/{parent(owner.Name)}/{nested}";
    }

    /// <summary>The variant of a kind that a row selects, such as that of a plugin, or null.</summary>
    public static Subschema? VariantOf(EntitySchema schema, JsonObject row) => schema.SubschemaKey is { } key && row[key] is { } value
        ? schema.Subschemas.GetValueOrDefault(Json.String(value is JsonArray { Count: > 0 } list ? list[0] : value) ?? "")
        : null;

    /// <summary>Whether a value is nobody's business: what is declared so, what the gateway would make up at random, and what it keeps as a hash.</summary>
    public static bool IsSecret(EntitySchema schema, string field) =>
        schema.Field(field) is { Encrypted: true } or { Auto: true, Type: FieldType.String, IsUuid: false } || schema.Transformations.Any(t => t.Field == field);

    /// <summary>The fields that the gateway fills by itself and that are no part of the configuration.</summary>
    public static bool IsBookkeeping(string field) => field is "id" or "created_at" or "updated_at" or "ws_id";
}
