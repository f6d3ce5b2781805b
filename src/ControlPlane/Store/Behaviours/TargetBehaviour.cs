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

    public override Task<Outcome<EntityKey>> KeyAsync(StoreSession session, EntityTable table, string segment)
    {
        var key = EntityKey.Read(table.Schema, segment);
        return Task.FromResult(key is { Error: null, Value.IsId: false } ? new EntityKey(key.Value.Field, WithPort(key.Value.Value)) : key);
    }

    public override void Complete(JsonObject row) => row["target"] = WithPort(Json.String(row["target"])!);

    private static string WithPort(string target) => HostName.TryParse(target, out var host, out _)
        ? string.Create(CultureInfo.InvariantCulture, $"{host.Host}:{host.Port ?? DefaultPort}")
        : target;
}
