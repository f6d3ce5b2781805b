using System.Collections.Concurrent;

namespace Gateway.ControlPlane.Admin;

/// <summary>
/// Slows down those who guess passwords: after a few failures a name and address wait, each time longer, up to a limit.
/// A wait ends by itself, and other addresses are not held up, so nobody can lock an administrator out.
/// </summary>
internal sealed class SignInThrottle(TimeProvider time)
{
    private const int FreeFailures = 5;
    private const int MaxKnown = 10_000;
    private static readonly TimeSpan _longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan _forgotten = TimeSpan.FromMinutes(15);
    private readonly ConcurrentDictionary<(string Name, string Address), Attempts> _attempts = new();

    /// <summary>Takes note of an attempt before its password is looked at, so that many at once do not slip through together.</summary>
    /// <returns>How long this name and address must still wait; zero when the attempt may go on.</returns>
    public TimeSpan Begin(string name, string address)
    {
        var now = time.GetUtcNow();
        if (_attempts.Count >= MaxKnown)
        {
            foreach (var (key, _) in _attempts.Where(a => now - a.Value.Last > _longest))
            {
                _attempts.TryRemove(key, out _);
            }
        }

        var wait = TimeSpan.Zero;
        _attempts.AddOrUpdate(
            (name, address),
            _ => new Attempts(1, now, now),
            (_, old) =>
            {
                wait = old.Until > now ? old.Until - now : TimeSpan.Zero;
                return wait > TimeSpan.Zero ? old : Next(now - old.Last > _forgotten ? 1 : old.Failures + 1, now);
            });
        return wait;
    }

    /// <summary>The attempt was a good one: nothing is held against this name and address.</summary>
    public void Succeeded(string name, string address) => _attempts.TryRemove((name, address), out _);

    private static Attempts Next(int failures, DateTimeOffset now)
    {
        var excess = failures - FreeFailures;
        var wait = excess < 0 ? TimeSpan.Zero : TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(excess, 16)), _longest.TotalSeconds));
        return new Attempts(failures, now, now + wait);
    }

    private sealed record Attempts(int Failures, DateTimeOffset Last, DateTimeOffset Until);
}
