namespace Gateway.DataPlane.Routing;

/// <summary>
/// The entries by host and path: exact names, wildcards by what they keep fixed, and routes for any host; under each a tree of path prefixes, so
/// that a match visits only the prefixes of the request's path. Immutable; versions share what they have in common.
/// </summary>
internal sealed record HostIndex
{
    private RadixTree<RadixTree<RouteEntries>> Exact { get; init; } = RadixTree<RadixTree<RouteEntries>>.Empty;

    // By the name from its end.
    private RadixTree<RadixTree<RouteEntries>> Suffixes { get; init; } = RadixTree<RadixTree<RouteEntries>>.Empty;

    private RadixTree<RadixTree<RouteEntries>> Prefixes { get; init; } = RadixTree<RadixTree<RouteEntries>>.Empty;

    private RadixTree<RouteEntries> Any { get; init; } = RadixTree<RouteEntries>.Empty;

    /// <summary>The entries at a place.</summary>
    /// <param name="place">The place.</param>
    public RouteEntry[] At(in RoutePlace place)
    {
        var paths = place.Host switch
        {
            null => Any,
            ['*', .. var suffix] => Suffixes.Find(Reversed(suffix)),
            [.. var prefix, '*'] => Prefixes.Find(prefix),
            var name => Exact.Find(name),
        };
        return paths?.Find(place.Prefix)?.All ?? [];
    }

    /// <summary>The index with other entries at a place.</summary>
    /// <param name="place">The place.</param>
    /// <param name="entries">The entries in the order of their ranks.</param>
    /// <param name="owner">Whose changes these are.</param>
    public HostIndex With(in RoutePlace place, RouteEntry[] entries, RadixOwner owner) => place.Host switch
    {
        null => this with { Any = Any.Set(place.Prefix, RouteEntries.Of(entries), owner) },
        ['*', .. var suffix] => this with { Suffixes = With(Suffixes, Reversed(suffix), place.Prefix, entries, owner) },
        [.. var prefix, '*'] => this with { Prefixes = With(Prefixes, prefix, place.Prefix, entries, owner) },
        var name => this with { Exact = With(Exact, name, place.Prefix, entries, owner) },
    };

    /// <summary>Finds the entry of the first rank that matches.</summary>
    /// <param name="request">The request.</param>
    /// <param name="match">The match.</param>
    public bool TryFind(in RouterRequest request, out RouteMatch match)
    {
        RouteEntry? best = null;
        match = default;
        if (!Exact.IsEmpty && Exact.Find(request.Host) is { } exact)
        {
            Find(exact, request, ref best, ref match);
        }

        if (!Prefixes.IsEmpty)
        {
            foreach (var paths in Prefixes.PrefixesOf(request.Host))
            {
                Find(paths, request, ref best, ref match);
            }
        }

        if (!Suffixes.IsEmpty)
        {
            FindSuffixes(request, ref best, ref match);
        }

        Find(Any, request, ref best, ref match);
        return best is not null;
    }

    private void FindSuffixes(in RouterRequest request, ref RouteEntry? best, ref RouteMatch match)
    {
        // Longer names than these do not exist; none of them can be a route's.
        if (request.Host.Length > 512)
        {
            return;
        }

        Span<char> reversed = stackalloc char[request.Host.Length];
        request.Host.CopyTo(reversed);
        reversed.Reverse();
        foreach (var paths in Suffixes.PrefixesOf(reversed))
        {
            Find(paths, request, ref best, ref match);
        }
    }

    private static void Find(RadixTree<RouteEntries> paths, in RouterRequest request, ref RouteEntry? best, ref RouteMatch match)
    {
        foreach (var entries in paths.PrefixesOf(request.Path))
        {
            entries.Find(request, ref best, ref match);
        }
    }

    private static RadixTree<RadixTree<RouteEntries>> With(RadixTree<RadixTree<RouteEntries>> hosts, string host, string prefix, RouteEntry[] entries, RadixOwner owner)
    {
        var paths = (hosts.Find(host) ?? RadixTree<RouteEntries>.Empty).Set(prefix, RouteEntries.Of(entries), owner);
        return hosts.Set(host, paths.IsEmpty ? null : paths, owner);
    }

    private static string Reversed(string text) => string.Create(text.Length, text, static (span, from) =>
    {
        from.CopyTo(span);
        span.Reverse();
    });
}
