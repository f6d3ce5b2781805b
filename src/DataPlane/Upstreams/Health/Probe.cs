using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Gateway.Entities;
using Gateway.Hosting;

namespace Gateway.DataPlane.Upstreams.Health;

/// <summary>What a probe found.</summary>
/// <param name="Event">What it counts as; null when it says nothing.</param>
/// <param name="Detail">What was seen, in words for people.</param>
internal readonly record struct ProbeResult(HealthEvent? Event, string Detail);

/// <summary>Asks one peer how it is.</summary>
/// <param name="check">How to ask.</param>
/// <param name="limits">Which statuses are which.</param>
/// <param name="connections">New connections to peers.</param>
/// <param name="time">The clock.</param>
internal sealed class Probe(ActiveHealthcheck check, HealthLimits limits, HttpMessageInvoker connections, TimeProvider time)
{
    private const string GrpcPath = "/grpc.health.v1.Health/Check";

    // An empty HealthCheckRequest asks for the server as a whole: not compressed, 0 octets.
    private static readonly byte[] _grpcRequest = new byte[5];

    private bool IsTls => check.Type is HealthcheckType.Https or HealthcheckType.Grpcs;

    /// <summary>Asks.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="cancellation">Ends the probe without a result.</param>
    public async Task<ProbeResult> AskAsync(Peer peer, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(Math.Max(check.Timeout ?? 1, 0.001)), time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return check.Type switch
            {
                HealthcheckType.Tcp => await ConnectAsync(peer, ending.Token),
                HealthcheckType.Grpc or HealthcheckType.Grpcs => await AskGrpcAsync(peer, ending.Token),
                _ => await AskHttpAsync(peer, ending.Token),
            };
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new ProbeResult(HealthEvent.Timeout, "timed out");
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError)
        {
            return new ProbeResult(HealthEvent.HttpFailure, "not an HTTP answer");
        }
        catch (Exception e) when (e is HttpRequestException or SocketException or IOException)
        {
            return new ProbeResult(HealthEvent.TcpFailure, Describe(e));
        }
    }

    private static async Task<ProbeResult> ConnectAsync(Peer peer, CancellationToken cancellation)
    {
        using var socket = new Socket(peer.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(peer.Address, peer.Port), cancellation);
        return new ProbeResult(HealthEvent.Success, "connected");
    }

    private async Task<ProbeResult> AskHttpAsync(Peer peer, CancellationToken cancellation)
    {
        using var request = Request(HttpMethod.Get, peer, check.HttpPath ?? "/");
        using var response = await connections.SendAsync(request, cancellation);
        var status = (int)response.StatusCode;
        return new ProbeResult(limits.Judge(status), string.Create(CultureInfo.InvariantCulture, $"HTTP {status}"));
    }

    private async Task<ProbeResult> AskGrpcAsync(Peer peer, CancellationToken cancellation)
    {
        using var request = Request(HttpMethod.Post, peer, GrpcPath);
        (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
        request.Headers.TryAddWithoutValidation("TE", "trailers");
        request.Content = new ByteArrayContent(_grpcRequest);
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var response = await connections.SendAsync(request, cancellation);
        if (response.StatusCode is not HttpStatusCode.OK)
        {
            return new ProbeResult(HealthEvent.HttpFailure, string.Create(CultureInfo.InvariantCulture, $"HTTP {(int)response.StatusCode}"));
        }

        var answer = await ReadMessageAsync(await response.Content.ReadAsStreamAsync(cancellation), cancellation);
        var status = GrpcStatus(response.TrailingHeaders) ?? GrpcStatus(response.Headers) ?? "0";
        return status is not "0" ? new ProbeResult(HealthEvent.HttpFailure, $"gRPC status {status}")
            : answer is [0x08, 0x01, ..] ? new ProbeResult(HealthEvent.Success, "SERVING")
            : new ProbeResult(HealthEvent.HttpFailure, "not SERVING");
    }

    /// <summary>The one message of the answer, which is a few octets; null when it is anything else.</summary>
    private static async Task<byte[]?> ReadMessageAsync(Stream body, CancellationToken cancellation)
    {
        var answer = new byte[64];
        var length = await body.ReadAtLeastAsync(answer, answer.Length, throwOnEndOfStream: false, cancellation);
        return length >= 5 && answer[0] is 0 && BinaryPrimitives.ReadUInt32BigEndian(answer.AsSpan(1)) == length - 5 ? answer[5..length] : null;
    }

    private static string? GrpcStatus(HttpResponseHeaders headers) => headers.TryGetValues("grpc-status", out var values) ? values.FirstOrDefault() : null;

    private HttpRequestMessage Request(HttpMethod method, Peer peer, string path)
    {
        var request = new HttpRequestMessage(method, new Uri((IsTls ? peer.HttpsPrefix : peer.HttpPrefix) + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Host = IsTls ? peer.HttpsHost : peer.HttpHost;
        request.Headers.TryAddWithoutValidation("User-Agent", Product.ServerToken);
        foreach (var (name, values) in check.Headers ?? new Dictionary<string, IReadOnlyList<string>>())
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, values);
        }

        return request;
    }

    private static string Describe(Exception e) => e switch
    {
        HttpRequestException { InnerException: SocketException inner } => Describe(inner),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "connection refused",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => "TLS handshake failed",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "closed without an answer",
        SocketException socket => socket.SocketErrorCode.ToString(),
        _ => "the connection failed",
    };
}
