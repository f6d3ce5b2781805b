using System.Collections.Concurrent;
using System.Text.Json;
using Gateway.Sync.Rpc;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Calls methods of the data planes that are connected to this node.</summary>
internal sealed class DataPlaneCalls
{
    private readonly ConcurrentDictionary<Guid, RpcPeer> _peers = [];

    /// <summary>Notes a connection; the newest of a plane is the one that is used.</summary>
    public void Add(Guid id, RpcPeer peer) => _peers[id] = peer;

    /// <summary>Notes the end of a connection.</summary>
    public void Remove(Guid id, RpcPeer? peer)
    {
        if (peer is not null)
        {
            _peers.TryRemove(KeyValuePair.Create(id, peer));
        }
    }

    /// <summary>Calls a method of a plane.</summary>
    /// <param name="id">The plane's node id.</param>
    /// <param name="method">The method.</param>
    /// <param name="arguments">Writes the positional parameters.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(JsonElement Result, RpcError? Error)> CallAsync(Guid id, string method, Action<Utf8JsonWriter> arguments, CancellationToken cancellation)
    {
        if (!_peers.TryGetValue(id, out var peer))
        {
            return (default, RpcError.Refused("node is not connected"));
        }

        try
        {
            return await peer.CallAsync(method, arguments, cancellation);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            return (default, RpcError.Refused("the connection is lost"));
        }
    }
}
