using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Streams;

/// <summary>Takes streams in on the addresses of <c>stream_listen</c>.</summary>
/// <param name="options">The node's settings.</param>
/// <param name="tcp">Handles connections.</param>
/// <param name="udp">Handles datagrams.</param>
/// <param name="logger">Takes note of what cannot be accepted.</param>
internal sealed partial class StreamServer(DataPlaneOptions options, TcpProxy tcp, UdpProxy udp, ILogger<StreamServer> logger) : IHostedLifecycleService, IDisposable
{
    // How long a listener rests that could accept nothing, such as for want of file descriptors.
    private static readonly TimeSpan _rest = TimeSpan.FromMilliseconds(100);

    private readonly List<Socket> _listening = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _aborting = new();
    private readonly TaskCompletionSource _drained = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // The streams that run, and one more for the server itself.
    private int _running = 1;
    private int _isDisposed;

    /// <summary>The addresses that are listened on, in the order of the setting.</summary>
    public IReadOnlyList<IPEndPoint> Addresses { get; private set; } = [];

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var listener in options.StreamListeners)
        {
            // Beside 0.0.0.0 on the same port, [::] takes the rest.
            var both = !options.StreamListeners.Any(l => l.Udp == listener.Udp && l.Port == listener.Port && l.Address.Equals(IPAddress.Any));
            _listening.Add(listener.Open(both));
        }

        Addresses = [.. _listening.Select(s => (IPEndPoint)s.LocalEndPoint!)];
        foreach (var (listener, socket) in options.StreamListeners.Zip(_listening))
        {
            Run(() => listener.Udp ? udp.ListenAsync(socket, _stopping.Token, _aborting.Token) : AcceptAsync(listener, socket));
            Log.Listening(logger, listener with { Port = ((IPEndPoint)socket.LocalEndPoint!).Port });
        }

        return Task.CompletedTask;
    }

    /// <summary>Takes no more streams in, as soon as the node stops and before anything waits.</summary>
    /// <param name="cancellationToken">Not used.</param>
    public async Task StoppingAsync(CancellationToken cancellationToken) => await _stopping.CancelAsync();

    /// <summary>Waits for the streams that run, as long as the node does; those that are left then are cut off.</summary>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        Ended();
        try
        {
            await _drained.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            Log.CutOff(logger, Volatile.Read(ref _running));
            await _aborting.CancelAsync();
            await _drained.Task;
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        // The container holds it as what it is and as a hosted service.
        if (Interlocked.Exchange(ref _isDisposed, 1) is 1)
        {
            return;
        }

        _stopping.Cancel();
        _aborting.Cancel();
        _listening.ForEach(s => s.Dispose());
        _stopping.Dispose();
        _aborting.Dispose();
    }

    private async Task AcceptAsync(StreamListener listener, Socket socket)
    {
        using var closing = socket;
        var (stopping, aborting) = (_stopping.Token, _aborting.Token);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var client = await socket.AcceptAsync(stopping);
                Run(() => tcp.HandleAsync(client, listener, aborting));
            }
            catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException)
            {
                return;
            }
            catch (SocketException exception)
            {
                Log.NotAccepted(logger, listener, exception.Message);
                await Task.Delay(_rest, CancellationToken.None);
            }
        }
    }

    private void Run(Func<Task> work)
    {
        Interlocked.Increment(ref _running);
        _ = Task.Run(async () =>
        {
            try
            {
                await work();
            }
            finally
            {
                Ended();
            }
        });
    }

    private void Ended()
    {
        if (Interlocked.Decrement(ref _running) is 0)
        {
            _drained.TrySetResult();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Streams are taken in on {Listener}")]
        public static partial void Listening(ILogger logger, StreamListener listener);

        [LoggerMessage(LogLevel.Error, "A connection to {Listener} cannot be accepted: {Reason}")]
        public static partial void NotAccepted(ILogger logger, StreamListener listener, string reason);

        [LoggerMessage(LogLevel.Warning, "{Count} streams did not end in time and are cut off")]
        public static partial void CutOff(ILogger logger, int count);
    }
}
