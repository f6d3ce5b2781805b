using System.Diagnostics;
using Gateway.DataPlane.Upstreams;
using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Proxy;

/// <summary>Sends requests to upstreams, and again to another peer while that is safe.</summary>
/// <param name="http1">Our own HTTP/1.1 client, for all that it can do.</param>
/// <param name="yarp">YARP's forwarder, for HTTP/2, gRPC and upgrades.</param>
/// <param name="bodies">Gathers bodies before they go on.</param>
/// <param name="responder">Sends the answers of failed requests.</param>
internal sealed class Forwarder(ForwarderHttp1 http1, ForwarderYarp yarp, BodyGatherer bodies, Responder responder)
{
    /// <summary>Forwards a request to its service.</summary>
    /// <param name="exchange">The request, let through by all plugins.</param>
    public async Task ForwardAsync(HttpExchange exchange)
    {
        try
        {
            await SendAsync(exchange);
        }
        finally
        {
            exchange.Gathered?.Dispose();
            exchange.Spool?.Dispose();
        }
    }

    private async Task SendAsync(HttpExchange exchange)
    {
        if (exchange.RoutePlan?.Service is not { } service)
        {
            exchange.Error(503, "no Service found with those values");
            await responder.SendAsync(exchange);
            return;
        }

        var balancer = service.Balancer;
        var hash = balancer.Hash is { } key ? HashValue.Of(exchange, key) : string.Empty;
        List<Peer>? tried = null;
        for (var triesLeft = service.Tries - 1; ; triesLeft--)
        {
            var began = exchange.Plan.Logs ? Stopwatch.GetTimestamp() : 0;
            if (await balancer.NextAsync(tried, hash) is not { } peer)
            {
                var (status, message) = balancer.Failure;
                exchange.Error(status, message);
                await responder.SendAsync(exchange);
                return;
            }

            var choosing = exchange.Plan.Logs ? Stopwatch.GetTimestamp() - began : 0;
            if (tried is null && IsGathered(exchange, service) && await bodies.GatherAsync(exchange) is { } failure)
            {
                await AnswerAsync(failure, exchange);
                return;
            }

            exchange.HandedOver = Stopwatch.GetTimestamp();
            exchange.Try(peer, choosing);
            var result = IsHttp1(exchange, service) && exchange.WantsWholeAnswer ? await TryHoldingAsync(exchange, service, peer) : await TryAsync(exchange, service, peer);
            if (result is TryResult.Answered)
            {
                return;
            }

            // What was let through of the answer is a part of it.
            exchange.DropBodyFilters();
            if (exchange.Http.Response.HasStarted)
            {
                return;
            }

            exchange.FailTry(result.Status());
            if (triesLeft is 0 || !result.MayRepeat(exchange))
            {
                await AnswerAsync(result, exchange);
                return;
            }

            (tried ??= []).Add(peer);
        }
    }

    /// <summary>Tries a peer once, and lets plugins see its answer as a whole before anything of it is sent.</summary>
    private async ValueTask<TryResult> TryHoldingAsync(HttpExchange exchange, ServicePlan service, Peer peer)
    {
        var held = exchange.Held = new HeldAnswer(exchange.Http);
        var result = TryResult.ClientGone;
        ReadOnlyMemory<byte> body;
        try
        {
            result = await TryAsync(exchange, service, peer);
        }
        finally
        {
            body = await held.LetGoAsync(result is TryResult.Answered);
            exchange.Held = null;
        }

        if (result is TryResult.Answered)
        {
            var answer = new UpstreamAnswer(exchange.UpstreamStatus, body);
            try
            {
                await exchange.RespondAsync(answer);
            }
            catch
            {
                held.Forget();
                throw;
            }

            if (exchange.Answer is null)
            {
                await responder.SendAsync(exchange, answer);
                return result;
            }
        }

        held.Forget();
        if (exchange.Answer is not null)
        {
            await responder.SendAsync(exchange);
        }

        return result;
    }

    private async ValueTask<TryResult> TryAsync(HttpExchange exchange, ServicePlan service, Peer peer)
    {
        var result = TryResult.ClientGone;
        var isFollowed = service.Balancer.Began(peer);
        try
        {
            result = IsHttp1(exchange, service) ? await http1.TryAsync(exchange, service, peer) : await yarp.TryAsync(exchange, service, peer);
            return result;
        }
        finally
        {
            if (isFollowed)
            {
                service.Balancer.Ended(peer, result.Outcome(exchange.Http.Response.StatusCode), Stopwatch.GetElapsedTime(exchange.HandedOver));
            }
        }
    }

    private static bool IsHttp1(HttpExchange exchange, ServicePlan service) => service.Http1 is not null && !(
        exchange.RequestHeaders.Upgrade is { Count: > 0 } upgrade && upgrade.ToString().Equals("websocket", StringComparison.OrdinalIgnoreCase));

    /// <summary>Whether the body is read to its end before the upstream hears of the request; one that a plugin holds is so already.</summary>
    private static bool IsGathered(HttpExchange exchange, ServicePlan service) =>
        exchange.HasBody && (exchange.RoutePlan!.GathersBodies || exchange.Http.Request.Body is MemoryStream) && IsHttp1(exchange, service);

    private Task AnswerAsync(TryResult result, HttpExchange exchange)
    {
        if (result is TryResult.ClientGone || exchange.Aborted.IsCancellationRequested)
        {
            exchange.Http.Response.StatusCode = 499;
            return Task.CompletedTask;
        }

        exchange.Http.Response.StatusCode = 200;
        return responder.SendFailureAsync(exchange, result.Status());
    }
}
