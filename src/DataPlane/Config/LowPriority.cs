using System.Runtime.InteropServices;

namespace Gateway.DataPlane.Config;

/// <summary>Runs long work on a thread of its own, which the kernel lets run behind those that serve requests. .NET sets no priorities on Linux.</summary>
internal static partial class LowPriority
{
    // A tenth of the weight of the threads that serve: where all processors are busy the work still ends, and no request waits for it.
    private const int Nice = 10;
    private const int ProcessOrThread = 0;

    /// <summary>Runs work to its end.</summary>
    /// <typeparam name="T">What the work results in.</typeparam>
    /// <param name="work">The work; it stays on one thread.</param>
    public static Task<T> RunAsync<T>(Func<T> work)
    {
        var done = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            // Of the thread alone, as the kernel counts; one that may not have it works all the same.
            _ = SetPriority(ProcessOrThread, 0, Nice);
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
        })
        {
            IsBackground = true,
            Name = "configuration",
        }.Start();
        return done.Task;
    }

    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
