using System.Text.Json;
using Gateway.DataPlane.Sync;
using Gateway.Sync;

namespace Gateway.DataPlane.Config;

/// <summary>A document that was read: rows and entities, or the first thing that is wrong with it.</summary>
internal sealed record ConfigReading
{
    /// <summary>What is wrong; null when nothing is.</summary>
    public ApplyOutcome.Rejected? Rejection { get; init; }

    /// <summary>What the store keeps of the document.</summary>
    public StoredConfig Config { get; init; } = new(ConfigHashes.Zeros, ConfigHashes.Empty, ConfigDefaults.Workspace, 0);

    /// <summary>The rows for the store.</summary>
    public IReadOnlyList<StoredRow> Rows { get; init; } = [];

    /// <summary>The entities for the compiler.</summary>
    public ConfigEntities Entities { get; init; } = ConfigEntities.Empty;

    /// <summary>A document that cannot be used.</summary>
    public static ConfigReading Wrong(string message, string? entity = null, string? field = null) =>
        new() { Rejection = new ApplyOutcome.Rejected(message, entity, field) };
}

/// <summary>A row of the document, before and after it was read.</summary>
/// <param name="Entity">The collection.</param>
/// <param name="Index">Its place there.</param>
/// <param name="Raw">The row as it was sent.</param>
internal sealed record DocumentRow(string Entity, int Index, JsonElement Raw)
{
    /// <summary>The workspace as it was sent beside the row; null when the row says it itself.</summary>
    public string? Workspace { get; init; }

    /// <summary>The row for the store.</summary>
    public StoredRow? Stored { get; set; }

    /// <summary>The typed entity.</summary>
    public object? Typed { get; set; }

    /// <summary>What is wrong with the row.</summary>
    public ApplyOutcome.Rejected? Rejection { get; set; }

    /// <summary>How the row is named in messages.</summary>
    public string Name => $"{Entity} {IdText ?? $"#{Index + 1}"}";

    /// <summary>The row's id as it was sent.</summary>
    public string? IdText => Raw.ValueKind is JsonValueKind.Object && Raw.TryGetProperty("id", out var id) && id.ValueKind is JsonValueKind.String ? id.GetString() : null;

    /// <summary>Refuses the row.</summary>
    public void Reject(string message, string? field = null) => Rejection ??= new ApplyOutcome.Rejected(message, Name, field);
}
