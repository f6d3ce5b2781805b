using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Hosting.ProxyProtocol;

/// <summary>Takes the header of the PROXY protocol off connections whose listener has the flag <c>proxy_protocol</c>.</summary>
public static class ProxyProtocolConnection
{
    // Balancers write it with their first packet.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Reads the header before anyone else reads; a connection that does not begin with one is closed.</summary>
    /// <param name="next">What comes then.</param>
    /// <param name="connection">The connection.</param>
    public static async Task HandleAsync(ConnectionDelegate next, ConnectionContext connection)
    {
        if (await ReadAsync(connection) is not { } header)
        {
            connection.Abort(new ConnectionAbortedException("The connection does not begin with a header of the PROXY protocol."));
            return;
        }

        connection.Features.Set(header);
        await next(connection);
    }

    private static async Task<ProxyProtocolHeader?> ReadAsync(ConnectionContext connection)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(connection.ConnectionClosed);
        limit.CancelAfter(_patience);
        var input = connection.Transport.Input;
        try
        {
            while (true)
            {
                var result = await input.ReadAsync(limit.Token);
                var status = ProxyProtocolHeader.TryRead(result.Buffer, out var header, out var length);
                if (status is OperationStatus.Done)
                {
                    input.AdvanceTo(result.Buffer.GetPosition(length));
                    return header;
                }

                input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                if (status is OperationStatus.InvalidData || result.IsCompleted)
                {
                    return null;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
