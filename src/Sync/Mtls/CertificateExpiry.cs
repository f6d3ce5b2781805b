namespace Gateway.Sync.Mtls;

/// <summary>Remembers which certificates were said to end soon, so that each is named at 30, 7 and 1 days and when it has ended, and not between.</summary>
public sealed class CertificateExpiry
{
    private static readonly int[] _days = [0, 1, 7, 30];

    private readonly Dictionary<(string Who, DateTimeOffset End), int> _said = [];

    /// <summary>Whether a certificate ends within 30 days or has ended.</summary>
    /// <param name="end">When it ends.</param>
    /// <param name="now">The time.</param>
    public static bool IsSoon(DateTimeOffset end, DateTimeOffset now) => end - now <= TimeSpan.FromDays(_days[^1]);

    /// <summary>Whether it is time to name a certificate; true once for each bound.</summary>
    /// <param name="who">Whose it is.</param>
    /// <param name="end">When it ends.</param>
    /// <param name="now">The time.</param>
    public bool IsDue(string who, DateTimeOffset end, DateTimeOffset now)
    {
        if (!IsSoon(end, now))
        {
            return false;
        }

        var bound = _days.First(d => end - now <= TimeSpan.FromDays(d));
        var due = !_said.TryGetValue((who, end), out var said) || bound < said;
        if (due)
        {
            // What was said of a former certificate of the same node does not matter any more.
            foreach (var former in _said.Keys.Where(k => k.Who == who).ToArray())
            {
                _said.Remove(former);
            }

            _said[(who, end)] = bound;
        }

        return due;
    }
}
