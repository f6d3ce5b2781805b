using System.Runtime.InteropServices;

namespace Gateway.DataPlane.Sockets;

/// <summary>
/// Waits for many sockets, and runs what follows on an event on the thread that waits: no other thread has to be woken. What follows may block all the same. A thread that does not
/// come back soon loses the lead, and another one goes on where it was (leader and followers; D. C. Schmidt et al., 2000).
/// </summary>
internal sealed unsafe class EventLoop
{
    // What is fetched at once is served before anything newer.
    private const int Batch = 64;

    private readonly Lock _lock = new();
    private readonly int _epoll = Epoll.Create();
    private readonly byte* _events = (byte*)NativeMemory.Alloc((nuint)(Batch * Epoll.EventSize));
    private LoopSocket?[] _sockets = new LoopSocket?[256];
    private int _next;
    private int _count;

    // Odd while an event is served. Whoever makes it even, the thread that served it or the one that takes the lead from it, leads from then on.
    private long _turn;
    private long _seen;

    /// <summary>Begins to wait.</summary>
    public EventLoop() => Lead(0);

    /// <summary>Waits for a socket too.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="descriptor">Its descriptor.</param>
    public void Add(LoopSocket socket, int descriptor)
    {
        lock (_lock)
        {
            if (_sockets.Length <= descriptor)
            {
                var more = new LoopSocket?[Math.Max(descriptor + 1, _sockets.Length * 2)];
                _sockets.CopyTo(more, 0);
                Volatile.Write(ref _sockets, more);
            }

            _sockets[descriptor] = socket;
        }

        Epoll.Watch(_epoll, descriptor);
    }

    /// <summary>Forgets a socket, before its descriptor is closed: from then on the descriptor may be another's. The kernel waits no longer for one that is closed.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="descriptor">Its descriptor.</param>
    public void Remove(LoopSocket socket, int descriptor)
    {
        lock (_lock)
        {
            if (descriptor < _sockets.Length && ReferenceEquals(_sockets[descriptor], socket))
            {
                _sockets[descriptor] = null;
            }
        }
    }

    /// <summary>Gives the lead to another thread when the present one serves the same event as at the last look. Called from one thread.</summary>
    public void Look()
    {
        var turn = Volatile.Read(ref _turn);
        if ((turn & 1) is 1 && turn == _seen && Interlocked.CompareExchange(ref _turn, turn + 1, turn) == turn)
        {
            Lead(turn + 1);
        }

        _seen = turn;
    }

    private void Lead(long turn) => new Thread(() => Run(turn)) { IsBackground = true, Name = "sockets" }.UnsafeStart();

    private void Run(long turn)
    {
        while (true)
        {
            if (_next == _count)
            {
                (_next, _count) = (0, Epoll.Wait(_epoll, _events, Batch));
                continue;
            }

            var (events, descriptor) = Epoll.Read(_events + (_next++ * Epoll.EventSize));
            Volatile.Write(ref _turn, ++turn);
            Volatile.Read(ref _sockets)[descriptor]?.Happened(events);
            if (Interlocked.CompareExchange(ref _turn, turn + 1, turn) != turn)
            {
                return;
            }

            turn++;
        }
    }
}

/// <summary>The loops of the process, one per processor, and the thread that sees whether they go on.</summary>
internal static class EventLoops
{
    // A handler that takes longer is taken for one that blocks.
    private const int PatienceMilliseconds = 10;

    private static readonly EventLoop[] _loops = Start();
    private static int _turn;

    /// <summary>The loop whose turn it is to get a socket.</summary>
    public static EventLoop Next() => _loops[(uint)Interlocked.Increment(ref _turn) % (uint)_loops.Length];

    private static EventLoop[] Start()
    {
        var loops = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new EventLoop()).ToArray();
        new Thread(() =>
        {
            while (true)
            {
                Thread.Sleep(PatienceMilliseconds);
                foreach (var loop in loops)
                {
                    loop.Look();
                }
            }
        })
        {
            IsBackground = true,
            Name = "sockets watch",
        }.UnsafeStart();
        return loops;
    }
}
