using Gateway.Entities;

namespace Gateway.DataPlane.Plugins;

/// <summary>
/// The order in which plugins run in the access phase: that of their priorities, but for what the <c>ordering</c> of one asks. Kong's rule: the plugins are visited by
/// priority, and what a plugin waits for is placed right before it, with all that this waits for in turn. A circle is cut where it closes.
/// </summary>
internal static class AccessOrder
{
    /// <summary>Places the plugins of a plan.</summary>
    /// <param name="plugins">The plugins by priority, each with what it asks.</param>
    /// <returns>The places in that list, in the order of the access phase.</returns>
    public static int[] Of(IReadOnlyList<(string Name, PluginOrdering? Ordering)> plugins)
    {
        if (plugins.All(p => p.Ordering is null))
        {
            return [.. Enumerable.Range(0, plugins.Count)];
        }

        var waitsFor = plugins.Select(_ => new SortedSet<int>()).ToArray();
        for (var i = 0; i < plugins.Count; i++)
        {
            waitsFor[i].UnionWith(PlacesOf(plugins, plugins[i].Ordering?.After));
            foreach (var later in PlacesOf(plugins, plugins[i].Ordering?.Before))
            {
                waitsFor[later].Add(i);
            }
        }

        var order = new List<int>(plugins.Count);
        var visited = new bool[plugins.Count];
        for (var i = 0; i < plugins.Count; i++)
        {
            Visit(i);
        }

        return [.. order];

        void Visit(int place)
        {
            if (!visited[place])
            {
                visited[place] = true;
                foreach (var earlier in waitsFor[place])
                {
                    Visit(earlier);
                }

                order.Add(place);
            }
        }
    }

    private static IEnumerable<int> PlacesOf(IReadOnlyList<(string Name, PluginOrdering? Ordering)> plugins, PluginOrder? order) =>
        Enumerable.Range(0, plugins.Count).Where(i => order?.Access?.Contains(plugins[i].Name) is true);
}
