using Gateway.Hosting.Logging;
using Gateway.Kong.Settings;

namespace Gateway.Kong.Node;

/// <summary>Which planes a role consists of, and what each is told.</summary>
internal static class NodePlanes
{
    /// <summary>Makes the planes one by one, in the order in which they start.</summary>
    public static IEnumerable<Plane> Create(KongSettings settings, IReadOnlyDictionary<string, string> environment, LogThreshold threshold) => [];
}
