namespace Gateway.DataPlane.Routing;

/// <summary>The entries of one host in a radix tree of their path prefixes: a match visits only the prefixes of the request's path.</summary>
internal sealed class PathTree
{
    private readonly Node _root = new(string.Empty);

    /// <summary>Adds an entry under its prefix.</summary>
    /// <param name="entry">The entry.</param>
    public void Add(RouteEntry entry)
    {
        var node = _root;
        var rest = entry.Prefix.AsSpan();
        while (!rest.IsEmpty)
        {
            node = node.Descend(ref rest);
        }

        node.Pending.Add(entry);
    }

    /// <summary>Makes the tree ready for matching.</summary>
    public void Freeze() => _root.Freeze();

    /// <summary>Finds the entry of the lowest rank that matches, if it is lower than the best so far.</summary>
    /// <param name="request">The request.</param>
    /// <param name="best">The rank of the best match so far.</param>
    /// <param name="match">The best match so far.</param>
    public void Find(in RouterRequest request, ref int best, ref RouteMatch match)
    {
        var node = _root;
        var rest = request.Path.AsSpan();
        while (true)
        {
            foreach (var entry in node.Entries)
            {
                if (entry.Rank >= best)
                {
                    break;
                }

                if (entry.TryMatch(request, out var found))
                {
                    best = entry.Rank;
                    match = found;
                    break;
                }
            }

            if (rest.IsEmpty || node.Child(rest[0]) is not { } child || !rest.StartsWith(child.Label))
            {
                return;
            }

            rest = rest[child.Label.Length..];
            node = child;
        }
    }

    private sealed class Node(string label)
    {
        private char[] _keys = [];
        private Node[] _children = [];

        public string Label { get; private set; } = label;

        public List<RouteEntry> Pending { get; private set; } = [];

        public RouteEntry[] Entries { get; private set; } = [];

        public Node? Child(char key)
        {
            var index = Array.BinarySearch(_keys, key);
            return index < 0 ? null : _children[index];
        }

        /// <summary>The node one label further down, made or split when it is not there.</summary>
        public Node Descend(ref ReadOnlySpan<char> rest)
        {
            var index = Array.BinarySearch(_keys, rest[0]);
            if (index < 0)
            {
                var leaf = new Node(rest.ToString());
                (_keys, _children) = ([.. _keys[..~index], rest[0], .. _keys[~index..]], [.. _children[..~index], leaf, .. _children[~index..]]);
                rest = [];
                return leaf;
            }

            var child = _children[index];
            var common = rest.CommonPrefixLength(child.Label);
            if (common < child.Label.Length)
            {
                var upper = new Node(child.Label[..common]) { _keys = [child.Label[common]], _children = [child] };
                child.Label = child.Label[common..];
                _children[index] = child = upper;
            }

            rest = rest[common..];
            return child;
        }

        public void Freeze()
        {
            Entries = [.. Pending.OrderBy(e => e.Rank)];
            Pending = [];
            foreach (var child in _children)
            {
                child.Freeze();
            }
        }
    }
}
