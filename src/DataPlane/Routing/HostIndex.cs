namespace Gateway.DataPlane.Routing;

/// <summary>The path trees by host: exact names, wildcards by what they keep fixed, and routes for any host.</summary>
internal sealed class HostIndex
{
    private readonly Dictionary<string, PathTree> _exact = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PathTree> _suffixes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PathTree> _prefixes = new(StringComparer.Ordinal);
    private readonly PathTree _any = new();

    /// <summary>The tree of a route's host, without its port.</summary>
    /// <param name="host">The host, with one <c>*</c> at most; null for any.</param>
    public PathTree Tree(string? host) => host switch
    {
        null => _any,
        ['*', .. var suffix] => Get(_suffixes, suffix),
        [.. var prefix, '*'] => Get(_prefixes, prefix),
        _ => Get(_exact, host),
    };

    /// <summary>Makes the trees ready for matching.</summary>
    public void Freeze()
    {
        foreach (var tree in _exact.Values.Concat(_suffixes.Values).Concat(_prefixes.Values).Append(_any))
        {
            tree.Freeze();
        }
    }

    /// <summary>Finds the entry of the lowest rank that matches.</summary>
    /// <param name="request">The request.</param>
    /// <param name="match">The match.</param>
    public bool TryFind(in RouterRequest request, out RouteMatch match)
    {
        var best = int.MaxValue;
        match = default;
        var host = request.Host;
        if (_exact.Count > 0 && _exact.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(host, out var exact))
        {
            exact.Find(request, ref best, ref match);
        }

        if (_suffixes.Count > 0 || _prefixes.Count > 0)
        {
            FindWildcards(request, ref best, ref match);
        }

        _any.Find(request, ref best, ref match);
        return best < int.MaxValue;
    }

    private void FindWildcards(in RouterRequest request, ref int best, ref RouteMatch match)
    {
        var suffixes = _suffixes.GetAlternateLookup<ReadOnlySpan<char>>();
        var prefixes = _prefixes.GetAlternateLookup<ReadOnlySpan<char>>();
        var host = request.Host;
        for (var dot = 0; dot < host.Length; dot++)
        {
            if (host[dot] is not '.')
            {
                continue;
            }

            if (suffixes.TryGetValue(host[dot..], out var suffix))
            {
                suffix.Find(request, ref best, ref match);
            }

            if (prefixes.TryGetValue(host[..(dot + 1)], out var prefix))
            {
                prefix.Find(request, ref best, ref match);
            }
        }
    }

    private static PathTree Get(Dictionary<string, PathTree> trees, string key)
    {
        if (!trees.TryGetValue(key, out var tree))
        {
            trees[key] = tree = new PathTree();
        }

        return tree;
    }
}
