using System.Diagnostics;
using Gateway.DataPlane.Upstreams;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.DataPlane.Proxy;

/// <summary>Sends requests to upstreams, and again to another peer while that is safe.</summary>
/// <param name="http">YARP's forwarder.</param>
/// <param name="responder">Sends the answers of failed requests.</param>
/// <param name="options">The node's settings.</param>
internal sealed class Forwarder(IHttpForwarder http, Responder responder, DataPlaneOptions options)
{
    /// <summary>Forwards a request to its service.</summary>
    /// <param name="exchange">The request, let through by all plugins.</param>
    public async Task ForwardAsync(HttpExchange exchange)
    {
        if (exchange.RoutePlan?.Service is not { } service)
        {
            exchange.Error(503, "no Service found with those values");
            await responder.SendAsync(exchange);
            return;
        }

        var balancer = service.Balancer;
        var hash = balancer.Plan.Hash is { } key ? HashValue.Of(exchange, key) : string.Empty;
        List<Peer>? tried = null;
        for (var triesLeft = service.Tries - 1; ; triesLeft--)
        {
            if (await balancer.NextAsync(tried, hash) is not { } peer)
            {
                var (status, message) = balancer.Failure;
                exchange.Error(status, message);
                await responder.SendAsync(exchange);
                return;
            }

            exchange.HandedOver = Stopwatch.GetTimestamp();
            var error = await TryAsync(exchange, service, peer);
            if (error is ForwarderError.None || exchange.Http.Response.HasStarted)
            {
                return;
            }

            if (triesLeft is 0 || !MayRepeat(error, exchange))
            {
                await AnswerAsync(error, exchange);
                return;
            }

            (tried ??= []).Add(peer);
            Reset(exchange.Http);
        }
    }

    private async Task<ForwarderError> TryAsync(HttpExchange exchange, ServicePlan service, Peer peer)
    {
        var error = ForwarderError.RequestCanceled;
        service.Balancer.Began(peer);
        try
        {
            var transformer = new ExchangeTransformer(exchange, service, peer, options);
            error = await http.SendAsync(exchange.Http, peer.HttpPrefix, service.Connections, service.Forwarding, transformer, CancellationToken.None);
            return error;
        }
        finally
        {
            service.Balancer.Ended(peer, Outcome(error, exchange), Stopwatch.GetElapsedTime(exchange.HandedOver));
        }
    }

    /// <summary>What a try says about the peer; what the client did says nothing.</summary>
    private static TryOutcome Outcome(ForwarderError error, HttpExchange exchange) => error switch
    {
        ForwarderError.None => TryOutcome.Answered(exchange.Http.Response.StatusCode),
        ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout => TryOutcome.TimedOut,
        ForwarderError.Request => exchange.Aborted.IsCancellationRequested ? TryOutcome.Unknown : TryOutcome.ConnectionFailed,
        ForwarderError.RequestBodyDestination or ForwarderError.ResponseBodyDestination => TryOutcome.ConnectionFailed,
        _ => TryOutcome.Unknown,
    };

    /// <summary>
    /// A request may be repeated while nobody can have seen it: when no connection came about. Where a repetition does no harm, that is for
    /// idempotent methods, it also may after the connection broke or timed out, unless a part of the body is gone.
    /// </summary>
    private static bool MayRepeat(ForwarderError error, HttpExchange exchange)
    {
        if (error is not (ForwarderError.Request or ForwarderError.RequestTimedOut) || exchange.Aborted.IsCancellationRequested)
        {
            return false;
        }

        var exception = exchange.Http.Features.Get<IForwarderErrorFeature>()?.Exception;
        var unconnected = exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError }
            or OperationCanceledException { InnerException: TimeoutException };
        return unconnected
            || (exchange.Method is not ("POST" or "LOCK" or "PATCH") && exchange.Http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is not true);
    }

    private Task AnswerAsync(ForwarderError error, HttpExchange exchange)
    {
        if (exchange.Aborted.IsCancellationRequested)
        {
            exchange.Http.Response.StatusCode = 499;
            return Task.CompletedTask;
        }

        var status = error switch
        {
            ForwarderError.RequestTimedOut => 504,
            ForwarderError.RequestBodyClient => exchange.Http.Response.StatusCode is 413 ? 413 : 400,
            _ => 502,
        };
        Reset(exchange.Http);
        return responder.SendFailureAsync(exchange, status);
    }

    private static void Reset(HttpContext http)
    {
        http.Response.StatusCode = 200;
        http.Features.Set<IForwarderErrorFeature>(null);
    }
}
