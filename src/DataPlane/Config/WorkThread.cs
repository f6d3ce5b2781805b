using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace Gateway.DataPlane.Config;

/// <summary>A thread for long work, which the kernel lets run behind those that serve requests. .NET sets no priorities on Linux.</summary>
/// <remarks>It stays, because a thread that has slept is run sooner than one that is made for the work, and owns what the allocator and the store keep for a thread.</remarks>
internal sealed partial class LowPriority : IDisposable
{
    // A tenth of the weight of the threads that serve: where all processors are busy the work still ends, and no request waits for it.
    private const int Nice = 10;
    private const int ProcessOrThread = 0;

    private readonly BlockingCollection<Action> _work = [];
    private readonly Lazy<Thread> _thread;

    /// <summary>Makes the thread when there is something to do.</summary>
    public LowPriority() => _thread = new(Start);

    /// <summary>Runs work to its end.</summary>
    /// <typeparam name="T">What the work results in.</typeparam>
    /// <param name="work">The work; it stays on one thread.</param>
    /// <param name="isUrgent">Whether nothing is served before it is done, so that it need not stand back.</param>
    public Task<T> RunAsync<T>(Func<T> work, bool isUrgent = false)
    {
        if (isUrgent)
        {
            return Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }

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
            // Of the thread alone, as the kernel counts; one that may not have it works all the same.
            _ = SetPriority(ProcessOrThread, 0, Nice);
            foreach (var work in _work.GetConsumingEnumerable())
            {
                work();
            }
        })
        {
            IsBackground = true,
            Name = "configuration",
        };
        thread.Start();
        return thread;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
