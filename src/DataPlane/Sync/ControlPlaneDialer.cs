using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Gateway.Sync;
using Gateway.Sync.Mtls;
using Gateway.Sync.Rpc;

namespace Gateway.DataPlane.Sync;

/// <summary>A connection to the control plane.</summary>
/// <param name="Frames">The conversation.</param>
/// <param name="Pair">What this node showed.</param>
/// <param name="PeerCertificateEnd">When the certificate that the control plane showed ends.</param>
internal sealed record DialedConnection(WebSocketFrames Frames, ClusterPair Pair, DateTimeOffset PeerCertificateEnd);

/// <summary>Opens connections to the control plane: TCP or a proxy's tunnel, TLS with certificates on both sides, and the upgrade.</summary>
internal sealed class ControlPlaneDialer(ControlPlaneClientOptions options, TimeProvider time)
{
    private const string SharedName = "kong_clustering";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>Connects; when that fails, the error is a sentence for the log.</summary>
    public Task<(DialedConnection? Connection, string? Error)> ConnectAsync(string endpoint, string path, int maxPayload, CancellationToken cancellation)
    {
        var target = $"{path}?node_id={options.NodeId}&node_hostname={Uri.EscapeDataString(options.Hostname)}&node_version={options.Version}";
        return ConnectAsync(endpoint, target, null, maxPayload, null, cancellation);
    }

    /// <summary>Connects for remote calls; refused when the control plane is there and does not offer them.</summary>
    public async Task<(DialedConnection? Connection, string? Error, bool Refused)> ConnectForCallsAsync(string path, CancellationToken cancellation)
    {
        var refused = false;
        var (connection, error) = await ConnectAsync(options.ControlPlane, path, RpcHello.Protocol, options.MaxPayload, () => refused = true, cancellation);
        return (connection, error, refused);
    }

    private async Task<(DialedConnection? Connection, string? Error)> ConnectAsync(
        string endpoint, string target, string? protocol, int maxPayload, Action? onRefused, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        SslStream? stream = null;
        var connected = false;
        try
        {
            var (host, port) = Split(endpoint);
            var name = options.Identity.Mode is ClusterMode.Shared ? SharedName : string.IsNullOrEmpty(options.ServerName) ? host : options.ServerName;
            var pair = options.Identity.Current;
            PeerVerdict? verdict = null;
#pragma warning disable CA5359 // Judged below, before anything is sent: only a finished handshake lets the control plane name this node too.
            stream = new SslStream(await OpenAsync(host, port, both.Token), leaveInnerStreamOpen: false, (_, certificate, chain, _) =>
            {
                verdict = PeerJudge.OfControlPlane(options.Identity, pair, certificate, chain?.ChainPolicy.ExtraStore ?? [], name);
                return true;
            });
#pragma warning restore CA5359
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = name,
                    ClientCertificateContext = pair.Context,
                    CertificateChainPolicy = PeerJudge.ChainPolicy(pair),
                    AllowTlsResume = false,
                },
                both.Token);
            if (verdict is not { IsAccepted: true, Certificate: { } presented })
            {
                return (null, $"the control plane {endpoint} is not of this cluster: {verdict?.Reason ?? "no certificate was presented"}");
            }

            var answer = await WebSocketHandshake.ConnectAsync(stream, endpoint, target, both.Token, protocol);
            if (!answer.Accepted)
            {
                onRefused?.Invoke();
                return (null, answer.Status == 0
                    ? $"the control plane {endpoint} closed the connection without an answer: it refuses this data plane's cluster certificate"
                    : $"the control plane {endpoint} refuses the connection: {answer.Error}");
            }

            // The stream owns the socket from here on.
            connected = true;
            return (new DialedConnection(new WebSocketFrames(stream, isClient: true, maxPayload), pair, presented.NotAfter.ToUniversalTime()), null);
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
            }
        }
    }

    private async Task<Stream> OpenAsync(string host, int port, CancellationToken cancellation)
    {
        if (options.Proxy is { } proxy)
        {
            return await proxy.ConnectAsync(host, port, cancellation);
        }

        var tcp = new TcpClient { NoDelay = true };
        try
        {
            await tcp.ConnectAsync(host, port, cancellation);
            return tcp.GetStream();
        }
        catch
        {
            tcp.Dispose();
            throw;
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
