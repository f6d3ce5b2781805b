using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.DataPlane.Tests.Streams;

/// <summary>An upstream on a loopback port that does with each connection what the test says.</summary>
internal sealed class TcpUpstream : IDisposable
{
    private readonly TcpListener _listener;
    private int _accepted;

    public TcpUpstream(Func<Socket, Task>? handle = null, int port = 0)
    {
        _listener = new TcpListener(IPAddress.Loopback, port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(handle ?? EchoAsync);
    }

    public int Port { get; }

    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Sends back what comes, and ends when the other side does.</summary>
    public static async Task EchoAsync(Socket socket)
    {
        var buffer = new byte[64 * 1024];
        for (int read; (read = await socket.ReceiveAsync(buffer)) > 0;)
        {
            await socket.SendAsync(buffer.AsMemory(0, read));
        }

        socket.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Says something and ends.</summary>
    public static Func<Socket, Task> Saying(string text) => async socket =>
    {
        await socket.SendAsync(Encoding.ASCII.GetBytes(text));
        socket.Shutdown(SocketShutdown.Send);
        await socket.ReadToEndAsync();
    };

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync(Func<Socket, Task> handle)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptSocketAsync();
                Interlocked.Increment(ref _accepted);
                _ = HandleAsync(socket, handle);
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task HandleAsync(Socket socket, Func<Socket, Task> handle)
    {
        using (socket)
        {
            try
            {
                await handle(socket);
            }
            catch (SocketException)
            {
                // The other side went away, as some tests want it.
            }
        }
    }
}

/// <summary>What tests do with connections.</summary>
internal static class SocketConversation
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    public static async Task SayAsync(this Socket socket, string text) => await socket.SendAsync(Encoding.ASCII.GetBytes(text));

    /// <summary>Reads as many octets as a text has, and compares.</summary>
    public static async Task HearAsync(this Socket socket, string text)
    {
        var buffer = new byte[text.Length];
        for (var read = 0; read < buffer.Length;)
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(read)).AsTask().WaitAsync(_patience);
            more.ShouldBeGreaterThan(0, $"the end came after '{Encoding.ASCII.GetString(buffer, 0, read)}'");
            read += more;
        }

        Encoding.ASCII.GetString(buffer).ShouldBe(text);
    }

    /// <summary>Reads to the end; a reset is an end too.</summary>
    public static async Task<string> ReadToEndAsync(this Socket socket)
    {
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            for (int read; (read = await socket.ReceiveAsync(buffer).WaitAsync(_patience)) > 0;)
            {
                text.Append(Encoding.ASCII.GetString(buffer, 0, read));
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.ConnectionReset)
        {
        }

        return text.ToString();
    }
}
