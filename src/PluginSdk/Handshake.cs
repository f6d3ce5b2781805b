using System.Net;
using System.Net.Security;

namespace Gateway.PluginSdk;

/// <summary>The TLS handshake of a client, before a certificate is shown.</summary>
/// <param name="serverName">The server name that the client asks for, or null.</param>
/// <param name="clientAddress">The address at the other end of the connection, or null where there is none.</param>
public sealed class Handshake(string? serverName, IPAddress? clientAddress)
{
    /// <summary>The server name that the client asks for, or null.</summary>
    public string? ServerName => serverName;

    /// <summary>The address at the other end of the connection, or null where there is none.</summary>
    public IPAddress? ClientAddress => clientAddress;

    /// <summary>The instance of the plugin that runs at the moment.</summary>
    public PluginInstance Instance { get; set; } = PluginInstance.None;

    /// <summary>The certificate that is shown instead of the configured one; null for that.</summary>
    public SslStreamCertificateContext? Certificate { get; set; }

    /// <summary>Whether the client is asked for its certificate, which requests then find in their connection, unverified.</summary>
    public bool AsksForClientCertificate { get; set; }
}
