using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Routing;

/// <summary>What the router looks at in a request.</summary>
internal readonly ref struct RouterRequest
{
    /// <summary>Takes a request apart for the router.</summary>
    /// <param name="path">The normalised path.</param>
    /// <param name="host">The raw <c>Host</c> header, empty when there is none.</param>
    /// <param name="method">The method.</param>
    /// <param name="headers">The request's headers.</param>
    /// <param name="tls">Whether the connection is TLS.</param>
    /// <param name="sni">The server name that the client asked for, or null.</param>
    /// <param name="localPort">The port that the connection came in on.</param>
    public RouterRequest(string path, string host, string method, IHeaderDictionary headers, bool tls, string? sni, int localPort)
    {
        Path = path;
        Method = method;
        Headers = headers;
        Tls = tls;
        Sni = sni;
        Host = host;
        Port = localPort;
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0 && int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            Host = host.AsSpan(0, colon);
            Port = port;
        }
    }

    /// <summary>The normalised path.</summary>
    public string Path { get; }

    /// <summary>The host without its port.</summary>
    public ReadOnlySpan<char> Host { get; }

    /// <summary>The port that the client thinks it speaks to.</summary>
    public int Port { get; }

    /// <summary>The method.</summary>
    public string Method { get; }

    /// <summary>The headers.</summary>
    public IHeaderDictionary Headers { get; }

    /// <summary>Whether the connection is TLS.</summary>
    public bool Tls { get; }

    /// <summary>The server name of the TLS handshake.</summary>
    public string? Sni { get; }
}
