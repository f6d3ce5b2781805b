using System.Text.Json.Nodes;

namespace Gateway.Manager.Live;

/// <summary>Something that happened between a data plane and the control plane.</summary>
/// <param name="At">When, in Unix seconds.</param>
/// <param name="Event">The Admin API's word for it.</param>
/// <param name="Hash">The configuration it is about, or null.</param>
/// <param name="Message">More of it, or null.</param>
public sealed record SyncEvent(double At, string Event, string? Hash, string? Message)
{
    /// <summary>The event in words for people, and its style.</summary>
    public (string Words, string Style) Shown => Event switch
    {
        "connected" => ("Connected", "good"),
        "disconnected" => ("Connection ended", "quiet"),
        "applied" => ("Took a configuration", "good"),
        "rejected" => ("Refused a configuration", "bad"),
        "status" => ("Cannot be served", "warn"),
        _ => (Event, "quiet"),
    };
}

/// <summary>Why a data plane does not use the newest configuration, as it reported.</summary>
/// <param name="At">When it last said so, in Unix seconds.</param>
/// <param name="Entity">The entity that is wrong, or null.</param>
/// <param name="Field">The field that is wrong, or null.</param>
/// <param name="Message">What is wrong.</param>
public sealed record SyncError(double At, string? Entity, string? Field, string Message)
{
    /// <summary>The page of the entity, or null.</summary>
    public string? Link => Entity?.Split(' ') is [var kind, var id] && Guid.TryParse(id, out _) && Catalog.EntityKinds.Find(kind) is not null ? $"/{kind}/{id}" : null;
}

/// <summary>What the Admin API tells of one data plane beyond its row.</summary>
public sealed record DataPlaneDetail
{
    /// <summary>Its row.</summary>
    public required DataPlane Plane { get; init; }

    /// <summary>The hash that it should have; null when unknown.</summary>
    public string? WantedHash { get; init; }

    /// <summary>What it cannot use now, newest first.</summary>
    public IReadOnlyList<SyncError> Errors { get; init; } = [];

    /// <summary>What happened, newest first.</summary>
    public IReadOnlyList<SyncEvent> History { get; init; } = [];

    /// <summary>Its plugins, as name and version.</summary>
    public IReadOnlyList<(string Name, string? Version)> Plugins { get; init; } = [];

    /// <summary>What it does not get of the configuration, being too old for it.</summary>
    public IReadOnlyList<string> Losses { get; init; } = [];

    /// <summary>The facts of its certificate, by name.</summary>
    public IReadOnlyList<(string Name, string Value)> Certificate { get; init; } = [];

    /// <summary>The remote calls that it answers.</summary>
    public IReadOnlyList<string> Capabilities { get; init; } = [];

    private static readonly (string Field, string Name)[] _certificate =
        [("subject", "Subject"), ("issuer", "Issuer"), ("serial", "Serial"), ("fingerprint_sha256", "SHA-256")];

    /// <summary>Reads <c>/clustering/data-planes/{id}</c>; null when that is none.</summary>
    public static DataPlaneDetail? From(JsonObject row) => DataPlane.From(row) is not { } plane ? null : new DataPlaneDetail
    {
        Plane = plane,
        WantedHash = Text(row["wanted_hash"]),
        Errors = [.. Rows(row["errors"]).Select(e => new SyncError(Number(e["at"]), Text(e["entity"]), Text(e["field"]), Text(e["message"]) ?? ""))],
        History = [.. Rows(row["sync_history"]).Select(e => new SyncEvent(Number(e["at"]), Text(e["event"]) ?? "", Text(e["config_hash"]), Text(e["message"])))],
        Plugins = [.. Rows(row["plugins"]).Select(p => (Text(p["name"]) ?? "", Text(p["version"])))],
        Losses = row["losses"] is JsonArray losses ? [.. losses.Select(Text).OfType<string>()] : [],
        Certificate = row["certificate"] is JsonObject certificate
            ? [.. _certificate.Select(f => (f.Name, Text(certificate[f.Field]))).Where(f => f.Item2 is not null).Select(f => (f.Name, f.Item2!))]
            : [],
        Capabilities = row["rpc_capabilities"] is JsonArray calls ? [.. calls.Select(Text).OfType<string>()] : [],
    };

    private static IEnumerable<JsonObject> Rows(JsonNode? value) => value is JsonArray rows ? rows.OfType<JsonObject>() : [];

    private static string? Text(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var s) ? s : null;

    private static double Number(JsonNode? value) => value is JsonValue number && number.TryGetValue<double>(out var d) ? d : 0;
}
