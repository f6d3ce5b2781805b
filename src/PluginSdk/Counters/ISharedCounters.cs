namespace Gateway.PluginSdk.Counters;

/// <summary>Counters outside of this process, which several nodes share. That they cannot be reached is a value, and soon known; nobody waits longer than the store's patience.</summary>
/// <remarks>A plugin that asks for one is given that of the cluster's database, where the node has a database.</remarks>
public interface ISharedCounters
{
    /// <summary>Takes one from every window, or from none when one of them has none left.</summary>
    /// <param name="key">What is counted together.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="now">The time.</param>
    ValueTask<Counted> TryTakeAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now);

    /// <summary>Tells what every window has left, below 0 when more was taken, and takes nothing.</summary>
    /// <param name="key">What is counted together.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="now">The time.</param>
    ValueTask<Counted> LookAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now);

    /// <summary>Takes some from every window, even more than it has left.</summary>
    /// <param name="key">What is counted together.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="now">The time.</param>
    /// <param name="amount">How much is taken.</param>
    ValueTask<Counted> TakeAsync(CounterKey key, WindowLimit[] limits, DateTimeOffset now, long amount);
}

/// <summary>What shared counters said.</summary>
/// <param name="Left">What each window has left after this; empty when they could not be reached.</param>
/// <param name="Passes">Whether every window had something left before.</param>
/// <param name="Failure">Why they could not be reached, or null.</param>
public readonly record struct Counted(double[] Left, bool Passes, string? Failure = null)
{
    /// <summary>They could not be reached.</summary>
    /// <param name="reason">Why not.</param>
    public static Counted Failed(string reason) => new([], false, reason);

    /// <summary>What is left of limits, and one less of each if there was one to take.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="counts">What was counted before, in the order of the limits.</param>
    public static Counted Taking(WindowLimit[] limits, ReadOnlySpan<long> counts)
    {
        var looked = Looking(limits, counts);
        for (var i = 0; looked.Passes && i < limits.Length; i++)
        {
            looked.Left[i]--;
        }

        return looked;
    }

    /// <summary>What is left of limits.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="counts">What is counted, in the order of the limits.</param>
    public static Counted Looking(WindowLimit[] limits, ReadOnlySpan<long> counts)
    {
        var left = new double[limits.Length];
        var passes = true;
        for (var i = 0; i < left.Length; i++)
        {
            left[i] = limits[i].Limit - counts[i];
            passes &= left[i] > 0;
        }

        return new Counted(left, passes);
    }
}
