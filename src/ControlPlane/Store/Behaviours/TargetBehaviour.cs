using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store.Behaviours;

/// <summary>Targets are kept as host and port, and shown from the newest to the oldest.</summary>
internal sealed class TargetBehaviour : EntityBehaviour
{
    private const int DefaultPort = 8000;

    public override bool PutChanges => true;

    public override bool NewestFirst => true;

    /// <summary>A path names a target as it is kept, or none.</summary>
    public override Task<Outcome<EntityKey>> KeyAsync(StoreSession session, EntityTable table, string segment) =>
        Task.FromResult(EntityKey.Read(table.Schema, segment) is { Error: null } key ? key : new EntityKey("target", segment));

    /// <summary>A new address is judged before everything else, in fewer words.</summary>
    public override Task<StoreError?> JudgeAsync(StoreSession session, JsonObject document, JsonObject sent, ParseMode mode) => Task.FromResult(
        mode is ParseMode.Insert && Json.String(sent["target"]) is { } target && !HostName.TryParse(target, out _, out _)
            ? StoreError.Schema("target", "Invalid target; not a valid hostname or ip address")
            : null);

    public override void Complete(JsonObject row) => row["target"] = WithPort(Json.String(row["target"])!);

    private static string WithPort(string target) => HostName.TryParse(target, out var host, out _)
        ? string.Create(CultureInfo.InvariantCulture, $"{host.Host}:{host.Port ?? DefaultPort}")
        : target;
}
