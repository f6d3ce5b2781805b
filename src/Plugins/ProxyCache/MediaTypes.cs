using Microsoft.Net.Http.Headers;

namespace Gateway.Plugins.ProxyCache;

/// <summary>Compares media types.</summary>
internal static class MediaTypes
{
    /// <summary>Whether a type is one of those wanted: the same, or covered by a wildcard, with at least the parameters that are wanted.</summary>
    public static bool Match(IReadOnlyList<string> wanted, string? type) => MediaTypeHeaderValue.TryParse(type, out var actual)
        && wanted.Any(w => MediaTypeHeaderValue.TryParse(w, out var range) && actual.IsSubsetOf(range));
}
