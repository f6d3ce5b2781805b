using Gateway.DataPlane.Upstreams;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.DataPlane.Proxy;

/// <summary>Forwards through YARP: HTTP/2, gRPC and upgrades.</summary>
/// <param name="http">YARP's forwarder.</param>
/// <param name="options">The node's settings.</param>
internal sealed class ForwarderYarp(IHttpForwarder http, DataPlaneOptions options)
{
    /// <summary>Tries a peer once.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="service">Where it goes.</param>
    /// <param name="peer">The peer.</param>
    public async ValueTask<TryResult> TryAsync(HttpExchange exchange, ServicePlan service, Peer peer)
    {
        var transformer = new ExchangeTransformer(exchange, service, peer, options);
        var error = await http.SendAsync(exchange.Http, peer.HttpPrefix, service.Connections, service.Forwarding, transformer, CancellationToken.None);
        if (error is ForwarderError.None)
        {
            return TryResult.Answered;
        }

        var result = Result(error, exchange);
        exchange.Http.Features.Set<IForwarderErrorFeature>(null);
        return result;
    }

    private static TryResult Result(ForwarderError error, HttpExchange exchange)
    {
        if (exchange.Aborted.IsCancellationRequested)
        {
            return TryResult.ClientGone;
        }

        var exception = exchange.Http.Features.Get<IForwarderErrorFeature>()?.Exception;
        return error switch
        {
            ForwarderError.RequestTimedOut when exception is OperationCanceledException { InnerException: TimeoutException } => TryResult.ConnectTimedOut,
            ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout => TryResult.TimedOut,
            ForwarderError.Request when exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError }
                or OperationCanceledException { InnerException: TimeoutException } => TryResult.NotConnected,
            ForwarderError.Request => TryResult.Broken,
            ForwarderError.RequestBodyClient => exchange.Http.Response.StatusCode is 413 ? TryResult.ClientBodyTooLarge : TryResult.ClientBodyBad,
            ForwarderError.RequestBodyDestination or ForwarderError.ResponseBodyDestination => TryResult.BrokenOff,
            ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled or ForwarderError.ResponseBodyClient => TryResult.ClientGone,
            _ => TryResult.Invalid,
        };
    }
}
