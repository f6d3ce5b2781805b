using System.Text;
using System.Text.Json.Nodes;
using Gateway.PluginSdk;

namespace Gateway.Plugins.RequestTermination;

/// <summary>Answers requests itself, instead of an upstream.</summary>
/// <param name="node">This node, which an echo names.</param>
[Plugin("request-termination", Priority = 2)]
public sealed class RequestTerminationPlugin(GatewayNode node) : IAccess<RequestTerminationConfig>
{
    /// <inheritdoc/>
    public async ValueTask AccessAsync(Exchange exchange, RequestTerminationConfig config)
    {
        if (config.Trigger is { } trigger && !exchange.RequestHeaders.ContainsKey(trigger) && !RequestEcho.Arguments(exchange.Query).ContainsKey(trigger))
        {
            return;
        }

        var answer = new JsonObject();
        if ((config.Message ?? MessageOf(config.StatusCode)) is { } message)
        {
            answer["message"] = message;
        }

        if (config.Echo)
        {
            await RequestEcho.AddAsync(answer, exchange, node);
            exchange.Exit(config.StatusCode, answer);
        }
        else if (config.Body is { } body)
        {
            exchange.Exit(config.StatusCode, Encoding.UTF8.GetBytes(body), config.ContentType);
        }
        else
        {
            exchange.Exit(config.StatusCode, answer);
        }
    }

    private static string? MessageOf(int status) => status switch
    {
        401 => "Unauthorized",
        404 => "Not found",
        405 => "Method not allowed",
        500 => "An unexpected error occurred",
        502 => "Bad Gateway",
        503 => "Service unavailable",
        _ => null,
    };
}
