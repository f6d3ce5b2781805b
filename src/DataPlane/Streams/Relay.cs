using System.Buffers;
using System.Net.Sockets;
using Gateway.DataPlane.Upstreams;
using Gateway.DataPlane.Upstreams.Http1;

namespace Gateway.DataPlane.Streams;

/// <summary>Passes octets on between a client and an upstream, both ways at once, until both are at their end or one breaks.</summary>
internal sealed class Relay : IDisposable
{
    private const int BufferSize = 32 * 1024;

    private readonly ConnectedSession _session;
    private readonly StreamEnd _client;
    private readonly StreamEnd _upstream;
    private readonly ServicePlan _service;
    private readonly Watchdog _watchdog;

    private Relay(ConnectedSession session, StreamEnd client, StreamEnd upstream, ServicePlan service, TimeProvider time)
    {
        (_session, _client, _upstream, _service) = (session, client, upstream, service);
        _watchdog = new Watchdog(time, _ => Break());
    }

    /// <summary>Relays to the end.</summary>
    /// <param name="session">Counts the octets.</param>
    /// <param name="client">The client's end.</param>
    /// <param name="upstream">The upstream's end.</param>
    /// <param name="service">Says how long both may be silent, and how long either may take nothing.</param>
    /// <param name="time">The clock.</param>
    /// <param name="aborted">Cuts both off.</param>
    public static async Task RunAsync(ConnectedSession session, StreamEnd client, StreamEnd upstream, ServicePlan service, TimeProvider time, CancellationToken aborted)
    {
        using var relay = new Relay(session, client, upstream, service, time);
        await using var cutting = aborted.UnsafeRegister(static r => ((Relay)r!).Break(), relay);
        relay.Touch();
        await Task.WhenAll(relay.UpAsync(), relay.DownAsync());
    }

    /// <inheritdoc/>
    public void Dispose() => _watchdog.Dispose();

    private Task UpAsync() => PumpAsync(_client, _upstream, async (relay, octets) =>
    {
        relay._session.CountReceived(octets.Length);
        relay._watchdog.BeginWrite(relay._service.WriteTimeout);
        await relay._upstream.WriteAsync(octets);
        relay._watchdog.EndWrite();
        relay._session.UpstreamSent += octets.Length;
    });

    private Task DownAsync() => PumpAsync(_upstream, _client, async (relay, octets) =>
    {
        relay._session.UpstreamReceived += octets.Length;
        relay._watchdog.BeginClient(relay._service.WriteTimeout);
        await relay._client.WriteAsync(octets);
        relay._watchdog.EndClient();
        relay._session.CountSent(octets.Length);
    });

    private async Task PumpAsync(StreamEnd from, StreamEnd to, Func<Relay, ReadOnlyMemory<byte>, ValueTask> pass)
    {
        byte[]? buffer = null;
        try
        {
            while (true)
            {
                if (buffer is null)
                {
                    // A silent connection holds no buffer.
                    await from.ReadAsync(Memory<byte>.Empty);
                    buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
                }

                var read = await from.ReadAsync(buffer);
                if (read is 0)
                {
                    await to.EndSendingAsync();
                    return;
                }

                Touch();
                await pass(this, buffer.AsMemory(0, read));
                if (read < buffer.Length)
                {
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = null;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // One way that breaks ends the other.
            Break();
        }
        finally
        {
            if (buffer is not null)
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
    }

    private void Touch() => _watchdog.BeginRead(_service.ReadTimeout);

    private void Break()
    {
        _client.Abort();
        _upstream.Abort();
    }
}
