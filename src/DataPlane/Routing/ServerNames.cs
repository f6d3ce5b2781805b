namespace Gateway.DataPlane.Routing;

/// <summary>Compares server names of TLS handshakes.</summary>
internal static class ServerNames
{
    /// <summary>Whether one of a route's names is the client's.</summary>
    /// <param name="names">The route's, without a dot at the end.</param>
    /// <param name="name">The client's, or null.</param>
    /// <param name="wildcards">Whether <c>*</c> at one end stands for anything.</param>
    public static bool Match(string[] names, string? name, bool wildcards)
    {
        var asked = name.AsSpan().TrimEnd('.');
        foreach (var wanted in names)
        {
            var fits = wildcards && wanted.StartsWith('*') ? asked.EndsWith(wanted.AsSpan(1))
                : wildcards && wanted.EndsWith('*') ? asked.StartsWith(wanted.AsSpan(0, wanted.Length - 1))
                : asked.SequenceEqual(wanted);
            if (fits)
            {
                return true;
            }
        }

        return false;
    }
}
