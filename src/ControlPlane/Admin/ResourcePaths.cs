namespace Gateway.ControlPlane.Admin;

/// <summary>Finds resources by path outside of the web server's routing; a literal segment goes before a placeholder.</summary>
internal sealed class ResourcePaths
{
    private readonly ILookup<(string First, int Count), (string?[] Literals, Resource Resource)> _paths;

    public ResourcePaths(IEnumerable<(string Path, Resource Resource)> resources)
    {
        _paths = resources
            .Select(r => (Literals: r.Path.Trim('/').Split('/').Select(s => s.StartsWith('{') ? null : s).ToArray(), r.Resource))
            .OrderByDescending(r => r.Literals.Count(l => l is not null))
            .ToLookup(r => (r.Literals[0]!, r.Literals.Length));
    }

    /// <summary>The resource that a path leads to, with its segments unescaped; null when there is none.</summary>
    public (Resource Resource, IReadOnlyList<string> Segments)? Find(string path)
    {
        if (!path.StartsWith('/'))
        {
            return null;
        }

        var segments = path[1..].Split('/');
        foreach (var (literals, resource) in _paths[(segments[0], segments.Length)])
        {
            if (literals.Zip(segments).All(p => p.First is null ? p.Second.Length > 0 : p.First == p.Second))
            {
                return (resource, [.. segments.Select(Uri.UnescapeDataString)]);
            }
        }

        return null;
    }
}
