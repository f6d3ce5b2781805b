using System.Diagnostics;

namespace Gateway.Testing;

/// <summary>Waits for a condition of the outside world, with a deadline and a sentence that says what never came.</summary>
public static class Wait
{
    /// <summary>How long a test waits for something that takes milliseconds on an idle machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Polls until the condition holds.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition, string what, TimeSpan? timeout = null, CancellationToken cancellation = default)
    {
        var limit = timeout ?? Patience;
        var clock = Stopwatch.StartNew();
        Exception? last = null;
        while (clock.Elapsed < limit)
        {
            try
            {
                if (await condition())
                {
                    return;
                }

                last = null;
            }
            catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                last = e;
            }

            await Task.Delay(20, cancellation);
        }

        throw new TimeoutException($"Waited {limit.TotalSeconds:0.#} s in vain: {what}.", last);
    }

    /// <summary>Polls until the condition holds.</summary>
    public static Task UntilAsync(Func<bool> condition, string what, TimeSpan? timeout = null, CancellationToken cancellation = default) =>
        UntilAsync(() => Task.FromResult(condition()), what, timeout, cancellation);
}
