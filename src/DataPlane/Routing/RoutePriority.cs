using System.Text;
using Gateway.Entities;

namespace Gateway.DataPlane.Routing;

/// <summary>The order in which routes are tried: the layout that Kong's router intends (its <c>strict</c> calculation).</summary>
internal static class RoutePriority
{
    /// <summary>The priority of a route with one of its paths; the greater is tried first.</summary>
    /// <param name="route">The route.</param>
    /// <param name="path">The path, or null for a route without paths.</param>
    public static ulong Of(Route route, string? path)
    {
        var regex = path?.StartsWith('~') is true;
        return ((ulong)Attributes(route) << 61)
            | (Bit(route.Hosts is { Count: > 0 } hosts && !hosts.Any(h => h.Contains('*', StringComparison.Ordinal))) << 60)
            | ((ulong)Math.Min(route.Headers?.Count ?? 0, 255) << 52)
            | (Bit(regex) << 51)
            | ((regex ? Biased(route.RegexPriority ?? 0) : 0) << 19)
            | (path is null || regex ? 0 : (ulong)Math.Min(Encoding.UTF8.GetByteCount(path), 0x7ffff));
    }

    private static int Attributes(Route route) =>
        One(route.Hosts?.Count) + One(route.Headers?.Count) + One(route.Paths?.Count) + One(route.Methods?.Count) + One(route.Snis?.Count)
        + One(route.Sources?.Count) + One(route.Destinations?.Count);

    private static int One(int? count) => count > 0 ? 1 : 0;

    private static ulong Bit(bool set) => set ? 1UL : 0;

    // Negative priorities come after 0, within the same 32 bits.
    private static ulong Biased(int priority) => unchecked((uint)priority ^ 0x8000_0000u);
}
