using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Plugins.RequestSizeLimiting;

/// <summary>Refuses requests whose body is too large.</summary>
[Plugin("request-size-limiting", Priority = 951)]
public sealed class RequestSizeLimitingPlugin : IAccess<RequestSizeLimitingConfig>
{
    /// <inheritdoc/>
    public async ValueTask AccessAsync(Exchange exchange, RequestSizeLimitingConfig config)
    {
        var request = exchange.Http.Request;
        var limit = (config.AllowedPayloadSize ?? long.MaxValue) is var size && config.AllowedPayloadSize is not null
            ? size * (config.SizeUnit switch { "megabytes" => 1 << 20, "kilobytes" => 1 << 10, _ => 1L })
            : size;
        if (request.ContentLength is { } length)
        {
            if (length > limit)
            {
                Refuse(exchange);
            }
        }
        else if (exchange.Http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is not false)
        {
            if (config.RequireContentLength)
            {
                exchange.Error(411, "A valid Content-Length header is required");
            }
            else if (await RequestBody.ExceedsAsync(exchange, limit))
            {
                Refuse(exchange);
            }
        }
    }

    private static void Refuse(Exchange exchange) =>
        exchange.Error(exchange.RequestHeaders.Expect.ToString().Equals("100-continue", StringComparison.OrdinalIgnoreCase) ? 417 : 413, "Request size limit exceeded");
}
