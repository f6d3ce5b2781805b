using Gateway.DataPlane.Config;
using Gateway.DataPlane.Status;
using Gateway.DataPlane.Telemetry;
using Gateway.Hosting.AccessLogs;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Proxy;

/// <summary>The life of a proxied request.</summary>
/// <param name="current">The configuration in use.</param>
/// <param name="forwarder">Sends requests to upstreams.</param>
/// <param name="responder">Sends the gateway's own answers.</param>
/// <param name="traffic">Counts requests.</param>
/// <param name="ready">Whether this node wants requests.</param>
/// <param name="options">The node's settings.</param>
/// <param name="logger">Takes note of bugs.</param>
internal sealed partial class RequestHandler(
    CurrentSnapshot current, Forwarder forwarder, Responder responder, Traffic traffic, ReadyState ready, DataPlaneOptions options, ILogger<RequestHandler> logger)
{
    /// <summary>Handles one request.</summary>
    /// <param name="http">The request.</param>
    public async Task HandleAsync(HttpContext http)
    {
        var snapshot = current.Value;                               // one read: a request sees one configuration
        var exchange = new HttpExchange(http, snapshot, options);
        traffic.Began();
        var body = options.AccessLog is null ? null : CountedBody.Of(http);
        if (ready.IsClosing)
        {
            Draining.TellToClose(http);
        }

        KeepAliveRequests.Count(http, options.Limits.MaxRequests);
        try
        {
            if (RequestChecks.Refuse(exchange, options.Limits.MaxBody) is { } status)
            {
                await responder.SendFailureAsync(exchange, status);
                return;
            }

            if (options.Tls.Clients is { } clients && exchange.ClientVerification is { } verification && clients.Complaint(verification) is { } complaint)
            {
                exchange.Error(400, complaint);
                await responder.SendAsync(exchange);
                return;
            }

            ForwardedHeaders.DropNamed(exchange.RequestHeaders);
            await exchange.Plan.RewriteAsync(exchange);             // global plugins, before routing
            if (exchange.Answer is null)
            {
                if (snapshot.Router.TryMatch(exchange.ForRouter(), out var match))
                {
                    exchange.Enter(match);                          // route, service, and the plan compiled for the pair
                    if (!ProtocolChecks.Answer(exchange))
                    {
                        await exchange.AccessAsync();               // may answer; may find the consumer
                    }
                }
                else
                {
                    exchange.Error(404, "no Route matched with those values");
                }
            }

            await (exchange.Answer is null ? forwarder.ForwardAsync(exchange) : responder.SendAsync(exchange));
            await exchange.EndBodyAsync();
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client went away; there is nobody to answer.
        }
        catch (Exception exception)
        {
            Log.Failed(logger, exception, exchange.RequestId, exchange.Instance.Id);
            if (http.Response.HasStarted)
            {
                http.Abort();
            }
            else
            {
                await responder.SendFailureAsync(exchange, 500);
                await exchange.EndBodyAsync();
            }
        }
        finally
        {
            traffic.Record(exchange);
            exchange.Log();
            if (body is not null)
            {
                options.AccessLog!.Write(exchange.Accessed(body.Count));
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Request {RequestId} failed; the last plugin instance that ran is {Plugin}")]
        public static partial void Failed(ILogger logger, Exception exception, string requestId, Guid plugin);
    }
}
