using System.Text.Json.Nodes;
using Gateway.Sync;

namespace Gateway.ControlPlane.Clustering;

/// <summary>What happened between a data plane and this node, the last fifty times.</summary>
internal sealed class SyncHistory
{
    private const int Most = 50;

    // A plane may report the same for hours, and its words are its own.
    private const int LongestMessage = 1000;

    private readonly LinkedList<(DateTimeOffset At, string Event, string? Hash, string? Message)> _events = [];

    /// <summary>What happened, newest first.</summary>
    public JsonArray Render() => new([.. _events.Select(e => new JsonObject
    {
        ["at"] = e.At.ToUnixTimeMilliseconds() / 1000d,
        ["event"] = e.Event,
        ["config_hash"] = e.Hash,
        ["message"] = e.Message,
    })]);

    /// <summary>Notes a new connection.</summary>
    public void Connected(DateTimeOffset at, DataPlane plane) => Add(at, "connected", null, $"from {plane.Ip}, version {plane.Version}");

    /// <summary>Notes the end of the connection.</summary>
    public void Disconnected(DateTimeOffset at) => Add(at, "disconnected", null, null);

    /// <summary>Notes what differs between two moments.</summary>
    public void Changed(DateTimeOffset at, DataPlane before, DataPlane after)
    {
        if (after.ConfigHash != before.ConfigHash)
        {
            Add(at, "applied", after.ConfigHash, null);
        }

        if (after.SyncStatus != before.SyncStatus && after.SyncStatus is not (SyncStatus.Normal or SyncStatus.Unknown))
        {
            Add(at, "status", null, after.Problem ?? after.SyncStatus.ToWire());
        }

        if (after.Rejection is { } rejection && rejection != before.Rejection)
        {
            Add(at, "rejected", null, rejection);
        }
    }

    private void Add(DateTimeOffset at, string what, string? hash, string? message)
    {
        _events.AddFirst((at, what, hash, message?.Length > LongestMessage ? message[..LongestMessage] : message));
        if (_events.Count > Most)
        {
            _events.RemoveLast();
        }
    }
}
