using System.Text.Json.Nodes;

namespace Gateway.Manager.Live;

/// <summary>Whether a data plane has the configuration that it should have.</summary>
public enum SyncState
{
    /// <summary>Connected, with the wanted configuration.</summary>
    InSync,

    /// <summary>Connected, with an older configuration.</summary>
    Behind,

    /// <summary>Connected, and cannot take the configuration.</summary>
    Refused,

    /// <summary>Not heard of for a while; it serves what it has.</summary>
    Gone,
}

/// <summary>One data plane as the control plane knows it.</summary>
public sealed record DataPlane
{
    private const string VersionPrefix = "v02_";

    // Data planes report every 30 s; two missed reports and some slack.
    private const int GoneAfterSeconds = 75;

    /// <summary>The node's id.</summary>
    public required string Id { get; init; }

    /// <summary>Its host name.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>The address it connects from.</summary>
    public string Ip { get; init; } = "";

    /// <summary>The version that it reports.</summary>
    public string Version { get; init; } = "";

    /// <summary>Its labels, as <c>key:value</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The hash of the configuration that it runs.</summary>
    public string ConfigHash { get; init; } = "";

    /// <summary>Kong's word for its state.</summary>
    public string SyncStatus { get; init; } = "unknown";

    /// <summary>When it was last heard of, in Unix seconds.</summary>
    public long LastSeen { get; init; }

    /// <summary>Whether it is connected to the node that we ask; another node may hold its connection.</summary>
    public bool Connected { get; init; }

    /// <summary>Whether its connection was seen to end.</summary>
    public bool Dropped { get; init; }

    /// <summary>Whether it runs the newest configuration; null when the Admin API does not tell.</summary>
    public bool? InSync { get; init; }

    /// <summary>What it last refused, in its own words.</summary>
    public string? Error { get; init; }

    /// <summary>When its certificate ends, in Unix seconds.</summary>
    public long? CertificateExpiry { get; init; }

    /// <summary>Reads a row of <c>/clustering/data-planes</c>; null for one without an id.</summary>
    public static DataPlane? From(JsonObject row) => Text(row["id"]) is not { Length: > 0 } id ? null : new DataPlane
    {
        Id = id,
        Hostname = Text(row["hostname"]) ?? "",
        Ip = Text(row["ip"]) ?? "",
        Version = Text(row["version"]) ?? "",
        Labels = row["labels"] is JsonObject labels ? [.. labels.Select(label => $"{label.Key}:{label.Value}")] : [],
        ConfigHash = Text(row["config_hash"]) ?? "",
        SyncStatus = Text(row["sync_status"]) ?? "unknown",
        LastSeen = Number(row["last_seen"]) ?? 0,
        Connected = Flag(row["connected"]) ?? false,
        InSync = Flag(row["in_sync"]),
        Error = Text(row["problem"]),
        CertificateExpiry = Number(row["cert_details"]?["expiry_timestamp"]),
    };

    /// <summary>Judges the node at a moment, against the hash that it should have.</summary>
    /// <param name="wantedHash">The newest configuration's hash; null when unknown.</param>
    /// <param name="now">The moment.</param>
    public SyncState StateAt(string? wantedHash, DateTimeOffset now) => this switch
    {
        { Dropped: true } => SyncState.Gone,
        { Connected: false } when now.ToUnixTimeSeconds() - LastSeen > GoneAfterSeconds => SyncState.Gone,
        { SyncStatus: not ("normal" or "unknown") } or { Error: not null } => SyncState.Refused,
        { SyncStatus: "unknown" } => SyncState.Behind,
        // The wanted hash is news for every node at once; a node's own mark may be older.
        _ when IsComparable(wantedHash) && ConfigHash != wantedHash => SyncState.Behind,
        _ when !IsComparable(wantedHash) && InSync == false => SyncState.Behind,
        _ => SyncState.InSync,
    };

    // Nodes of the second protocol tell a version and all others a hash; one says nothing about the other.
    private bool IsComparable(string? wantedHash) => wantedHash is not null
        && wantedHash.StartsWith(VersionPrefix, StringComparison.Ordinal) == ConfigHash.StartsWith(VersionPrefix, StringComparison.Ordinal);

    /// <summary>This news of a node that was known before: who loses the connection that we saw is gone at once.</summary>
    public DataPlane After(DataPlane? before) =>
        this with { Dropped = !Connected && before is not null && (before.Connected || before.Dropped) && before.LastSeen >= LastSeen };

    /// <summary>The reason for a state, in words.</summary>
    public string Reason(SyncState state) => (state, SyncStatus) switch
    {
        (SyncState.Gone, _) => "No connection. It keeps serving the configuration that it has.",
        (_, "kong_version_incompatible") => $"Its version {Version} cannot run this configuration.",
        (_, "plugin_set_incompatible") => "It lacks a plugin that the configuration uses.",
        (_, "plugin_version_incompatible") => "It has another version of a plugin that the configuration uses.",
        (_, "filter_set_incompatible") => "It lacks a filter that the configuration uses.",
        (SyncState.Refused, _) => Error ?? "It refused the configuration.",
        (SyncState.Behind, "unknown") => "It has connected and not reported a configuration yet.",
        (SyncState.Behind, _) => "A newer configuration is on its way.",
        _ => "It runs the newest configuration.",
    };

    private static bool? Flag(JsonNode? value) => value is JsonValue flag && flag.TryGetValue<bool>(out var yes) ? yes : null;

    private static string? Text(JsonNode? value) => value is JsonValue text && text.TryGetValue<string>(out var s) ? s : null;

    private static long? Number(JsonNode? value) => value is JsonValue number && number.TryGetValue<double>(out var d) ? (long)d : null;
}
