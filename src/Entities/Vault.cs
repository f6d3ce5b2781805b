using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A store of secrets, by whose prefix fields of other entities refer to what it keeps.</summary>
[Entity("vaults", EndpointKey = nameof(Prefix), CacheKey = [nameof(Prefix)], SubschemaKey = nameof(Name), SubschemaError = "vault '{0}' is not installed")]
public sealed record Vault : IDeclared<Vault>
{
    /// <summary>The vault's id.</summary>
    [Auto] public Id<Vault> Id { get; init; }

    /// <summary>The name by which references call it, as in <c>{vault://prefix/secret}</c>.</summary>
    [Unique(AcrossWorkspaces = true), Match("^[a-z][a-z%d-]-[a-z%d]+$"), NotOneOf("env")] public required string Prefix { get; init; }

    /// <summary>The kind of vault.</summary>
    public required string Name { get; init; }

    /// <summary>A note for people.</summary>
    public string? Description { get; init; }

    /// <summary>The settings of that kind of vault.</summary>
    [Abstract] public JsonObject? Config { get; init; }

    /// <summary>When the vault was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the vault was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>Words to find the vault by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    static IReadOnlyList<Subschema> IDeclared<Vault>.Subschemas => [Kind<EnvironmentVault>("env")];

    private static Subschema Kind<T>(string name)
        where T : IDeclared<T> => new()
        {
            Name = name,
            AppliesTo = [name],
            Fields = [new("config", new FieldSchema { Type = FieldType.Record, Required = true, Record = SchemaReader.Record(typeof(T)) })],
        };
}

/// <summary>The settings of a vault that reads environment variables.</summary>
public sealed record EnvironmentVault : IDeclared<EnvironmentVault>
{
    /// <summary>What the names of the variables begin with.</summary>
    [Match("^[%a_-][%a%d_-]*$")] public string? Prefix { get; init; }
}
