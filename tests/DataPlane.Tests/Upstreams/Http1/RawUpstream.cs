using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.DataPlane.Tests.Upstreams.Http1;

/// <summary>An upstream that does to its sockets whatever a test wants.</summary>
public sealed class RawUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _tasks = [];
    private int _connections;

    public RawUpstream(Func<RawConnection, Task> serve)
    {
        _listener.Start();
        _tasks.Add(Task.Run(async () =>
        {
            while (!_stop.IsCancellationRequested)
            {
                var socket = await _listener.AcceptSocketAsync(_stop.Token);
                socket.NoDelay = true;
                var connection = new RawConnection(socket, Interlocked.Increment(ref _connections), _stop.Token);
                _tasks.Add(Task.Run(async () =>
                {
                    using (connection)
                    {
                        await serve(connection);
                    }
                }));
            }
        }));
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were made to it.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>An upstream that gives every request the same answer, byte for byte.</summary>
    public static RawUpstream Answering(string answer) => new(async connection =>
    {
        while (await connection.ReadRequestAsync() is not null)
        {
            await connection.SendAsync(answer);
        }
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        foreach (var task in _tasks)
        {
            try
            {
                await task;
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // What a test leaves open ends here.
            }
        }

        _stop.Dispose();
    }
}

/// <summary>A connection to it.</summary>
public sealed class RawConnection(Socket socket, int number, CancellationToken stop) : IDisposable
{
    private readonly List<byte> _received = [];

    /// <summary>1 for the first connection.</summary>
    public int Number => number;

    public CancellationToken Stop => stop;

    /// <summary>Reads a request with its body and gives its text; null when the connection was closed.</summary>
    public async Task<string?> ReadRequestAsync()
    {
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. _received]);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0)
            {
                var length = text[..head].Split("\r\n").Where(l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)).Select(l => int.Parse(l[15..])).FirstOrDefault();
                var end = text[..head].Contains("Transfer-Encoding: chunked", StringComparison.OrdinalIgnoreCase)
                    ? text.IndexOf("\r\n0\r\n\r\n", head, StringComparison.Ordinal) is >= 0 and var last ? last + 7 : int.MaxValue
                    : head + 4 + length;
                if (text.Length >= end)
                {
                    _received.RemoveRange(0, end);
                    return text[..end];
                }
            }

            if (!await ReceiveAsync())
            {
                return null;
            }
        }
    }

    /// <summary>Reads the head of a request, and leaves the body where it is.</summary>
    public async Task<string> ReadHeadAsync()
    {
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. _received]);
            if (text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is >= 0 and var head)
            {
                return text[..(head + 4)];
            }

            (await ReceiveAsync()).ShouldBeTrue("a request");
        }
    }

    /// <summary>Waits until the other side has closed the connection, whatever it still sends.</summary>
    public async Task ClosedAsync()
    {
        while (await ReceiveAsync())
        {
        }
    }

    public async Task SendAsync(string text)
    {
        for (var bytes = Encoding.Latin1.GetBytes(text).AsMemory(); !bytes.IsEmpty;)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, stop)..];
        }
    }

    /// <summary>Sends each byte in a packet of its own.</summary>
    public async Task SendSlowlyAsync(string text)
    {
        foreach (var octet in Encoding.Latin1.GetBytes(text))
        {
            await socket.SendAsync(new[] { octet }, SocketFlags.None, stop);
            await Task.Yield();
        }
    }

    /// <summary>Closes with a reset instead of an orderly end.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
    }

    public void Dispose() => socket.Dispose();

    private async Task<bool> ReceiveAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            var read = await socket.ReceiveAsync(buffer, SocketFlags.None, stop);
            _received.AddRange(buffer.AsSpan(0, read));
            return read > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
