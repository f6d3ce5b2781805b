using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Gateway.DataPlane.Config;

/// <summary>A thread for work that must stay on one, which may stand back in the kernel behind those that serve requests. .NET sets no priorities on Linux.</summary>
/// <remarks>It stays, because a thread that has slept is run sooner than one that is made for the work, and owns what the allocator and the store keep for a thread.</remarks>
internal sealed partial class WorkThread : IDisposable
{
    private const int ProcessOrThread = 0;

    private readonly BlockingCollection<Action> _work = [];
    private readonly string _name;
    private readonly int _nice;
    private readonly Lazy<Thread> _thread;

    /// <summary>Makes the thread when there is something to do.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="nice">How far it stands back: 0 not at all; at 10 it has a tenth of the weight of the threads that serve, so that the work still ends where all processors are busy.</param>
    public WorkThread(string name, int nice)
    {
        (_name, _nice) = (name, nice);
        _thread = new(Start);
    }

    /// <summary>Runs work to its end.</summary>
    /// <typeparam name="T">What the work results in.</typeparam>
    /// <param name="work">The work.</param>
    public Task<T> RunAsync<T>(Func<T> work)
    {
        _ = _thread.Value;
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                done.SetResult(work());
            }
            catch (OperationCanceledException e)
            {
                done.SetCanceled(e.CancellationToken);
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <inheritdoc/>
    public void Dispose() => _work.CompleteAdding();

    private Thread Start()
    {
        var thread = new Thread(() =>
        {
            if (_nice is not 0)
            {
                // Of the thread alone, as the kernel counts; one that may not have it works all the same.
                _ = SetPriority(ProcessOrThread, 0, _nice);
            }

            foreach (var work in _work.GetConsumingEnumerable())
            {
                work();
            }
        })
        {
            IsBackground = true,
            Name = _name,
        };
        thread.Start();
        return thread;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
