using System.Runtime.InteropServices;

namespace Gateway.Kong.Node;

/// <summary>What the outside tells this process: end, end without haste, read the settings again, or open the logs again.</summary>
internal sealed class NodeSignals : IDisposable
{
    /// <summary>How long requests in flight may take after SIGTERM; orchestrators usually kill after 30 s.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(25);

    /// <summary>How long connections between two requests stay open after either signal: long enough for the next request of a busy client, which is told to go elsewhere.</summary>
    public static readonly TimeSpan Linger = TimeSpan.FromSeconds(1);

    /// <summary>How long they may take after SIGQUIT.</summary>
    public static readonly TimeSpan LongGrace = TimeSpan.FromHours(1);

    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _force = new();
    private readonly List<PosixSignalRegistration> _registrations;

    // The runtime has no name for it.
    private const PosixSignal UserSignal1 = (PosixSignal)10;

    /// <summary>Listens to the signals from now on; <paramref name="reload"/> runs at SIGHUP, <paramref name="reopen"/> at SIGUSR1, which tools send after they have moved logs away.</summary>
    public NodeSignals(Action reload, Action reopen) => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, c => Ask(c, Grace)),
        PosixSignalRegistration.Create(PosixSignal.SIGINT, c => Ask(c, Grace)),
        PosixSignalRegistration.Create(PosixSignal.SIGQUIT, c => Ask(c, LongGrace)),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, c =>
        {
            c.Cancel = true;
            reload();
        }),
        PosixSignalRegistration.Create(UserSignal1, c =>
        {
            c.Cancel = true;
            reopen();
        }),
    ];

    /// <summary>Ends when the process is asked to end.</summary>
    public Task Asked => _asked.Task;

    /// <summary>Fires when the grace period is over, or when the process is asked again.</summary>
    public CancellationToken Force => _force.Token;

    /// <summary>Stops listening.</summary>
    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _force.Dispose();
    }

    private void Ask(PosixSignalContext context, TimeSpan grace)
    {
        // Without this the runtime would end the process at once.
        context.Cancel = true;
        if (_asked.TrySetResult())
        {
            _force.CancelAfter(grace);
        }
        else if (grace < LongGrace)
        {
            // SIGTERM after SIGQUIT shortens the wait; a second Ctrl-C ends it.
            _force.CancelAfter(context.Signal == PosixSignal.SIGINT ? TimeSpan.Zero : Grace);
        }
    }
}
