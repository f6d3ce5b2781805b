using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sync;

namespace Gateway.DataPlane.Sync;

/// <summary>Opens connections to the control plane: TCP, TLS with the cluster's certificate on both sides, and the upgrade.</summary>
internal sealed class ControlPlaneDialer(ControlPlaneClientOptions options, TimeProvider time)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    // Made once; "offline" because nobody needs the issuers of a certificate that is compared as it is.
    private readonly SslStreamCertificateContext _certificate = SslStreamCertificateContext.Create(options.Certificate, null, offline: true);

    /// <summary>Connects; when that fails, the error is a sentence for the log.</summary>
    public async Task<(WebSocketFrames? Frames, string? Error)> ConnectAsync(string endpoint, string path, int maxPayload, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var tcp = new TcpClient { NoDelay = true };
        SslStream? stream = null;
        var connected = false;
        try
        {
            var (host, port) = Split(endpoint);
            await tcp.ConnectAsync(host, port, both.Token);

            X509Certificate? presented = null;
#pragma warning disable CA5359 // Judged below, before anything is sent: only a finished handshake lets the control plane name this node too.
            var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, (_, certificate, _, _) =>
            {
                presented = certificate;
                return true;
            });
#pragma warning restore CA5359
            stream = tls;
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = options.ServerName, ClientCertificateContext = _certificate, AllowTlsResume = false },
                both.Token);
            if (!ClusterCertificate.Accepts(options.Certificate, presented, out var reason))
            {
                return (null, $"the control plane {endpoint} is not of this cluster: {reason}");
            }

            var target = $"{path}?node_id={options.NodeId}&node_hostname={Uri.EscapeDataString(options.Hostname)}&node_version={options.Version}";
            var answer = await WebSocketHandshake.ConnectAsync(tls, endpoint, target, both.Token);
            if (!answer.Accepted)
            {
                return (null, answer.Status == 0
                    ? $"the control plane {endpoint} closed the connection without an answer: it refuses this data plane's cluster certificate"
                    : $"the control plane {endpoint} refuses the connection: {answer.Error}");
            }

            // The stream owns the socket from here on.
            connected = true;
            return (new WebSocketFrames(tls, isClient: true, maxPayload), null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return (null, $"the control plane {endpoint} does not answer within {_patience.TotalSeconds:0} seconds");
        }
        catch (AuthenticationException e)
        {
            return (null, $"the TLS handshake with the control plane {endpoint} failed: {e.InnerException?.Message ?? e.Message}");
        }
        catch (Exception e) when (e is SocketException or IOException or FormatException)
        {
            return (null, $"the control plane {endpoint} cannot be reached: {e.Message}");
        }
        finally
        {
            if (!connected)
            {
                await (stream?.DisposeAsync() ?? ValueTask.CompletedTask);
                tcp.Dispose();
            }
        }
    }

    private static (string Host, int Port) Split(string endpoint)
    {
        var colon = endpoint.LastIndexOf(':');
        return colon > 0 && int.TryParse(endpoint.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port <= IPEndPoint.MaxPort
            ? (endpoint[..colon].Trim('[', ']'), port)
            : throw new FormatException($"'{endpoint}' is not host:port");
    }
}
