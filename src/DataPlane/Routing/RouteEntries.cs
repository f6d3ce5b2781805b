namespace Gateway.DataPlane.Routing;

/// <summary>The ways into routes that stand at one place of the index; most places have one, which then stands for itself.</summary>
internal abstract class RouteEntries
{
    /// <summary>The entries in the order of their ranks.</summary>
    public abstract RouteEntry[] All { get; }

    /// <summary>Puts entries together.</summary>
    /// <param name="entries">The entries in the order of their ranks.</param>
    /// <returns>The entries; null where there are none.</returns>
    public static RouteEntries? Of(RouteEntry[] entries) => entries switch
    {
        [] => null,
        [var only] => only,
        _ => new Several(entries),
    };

    /// <summary>Finds the first entry that matches, unless one of a better rank has been found already.</summary>
    /// <param name="request">The request.</param>
    /// <param name="best">The best entry so far, or null; replaced by a better one.</param>
    /// <param name="match">The match of the best entry.</param>
    public abstract void Find(in RouterRequest request, ref RouteEntry? best, ref RouteMatch match);

    private sealed class Several(RouteEntry[] entries) : RouteEntries
    {
        public override RouteEntry[] All => entries;

        public override void Find(in RouterRequest request, ref RouteEntry? best, ref RouteMatch match)
        {
            foreach (var entry in entries)
            {
                var former = best;
                entry.Find(request, ref best, ref match);
                if (!ReferenceEquals(best, former) || (former is not null && entry.Rank.CompareTo(former.Rank) >= 0))
                {
                    return;
                }
            }
        }
    }
}
