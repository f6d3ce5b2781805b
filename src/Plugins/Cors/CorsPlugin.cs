using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Plugins.Cors;

/// <summary>Tells browsers which pages of other origins may use a service, and answers their preflights.</summary>
[Plugin("cors", Priority = 2000, Forbids = PluginScopes.Consumer)]
public sealed class CorsPlugin : IAccess<CorsConfig>, IHeaderFilter<CorsConfig>
{
    private readonly Prepared<CorsConfig, CorsPlan> _plans = new(static config => new CorsPlan(config));

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, CorsConfig config)
    {
        var request = exchange.RequestHeaders;
        if (exchange.Method is not "OPTIONS" || request.Origin.Count is 0 || request.AccessControlRequestMethod.Count is 0)
        {
            return default;
        }

        // Its headers are either set here or the upstream's business.
        exchange.Keep(Preflight.Seen);
        if (config.PreflightContinue)
        {
            return default;
        }

        var plan = _plans.Of(config);
        var headers = exchange.ResponseHeaders;
        AllowOrigin(exchange, plan);
        headers.AccessControlAllowHeaders = plan.Headers ?? request.AccessControlRequestHeaders;
        headers.AccessControlAllowMethods = plan.Methods;
        if (plan.MaxAge is not null)
        {
            headers.AccessControlMaxAge = plan.MaxAge;
        }

        if (config.PrivateNetwork && request["Access-Control-Request-Private-Network"] == "true")
        {
            headers["Access-Control-Allow-Private-Network"] = "true";
        }

        exchange.Exit(200, ReadOnlyMemory<byte>.Empty, null);
        return default;
    }

    /// <inheritdoc/>
    public void FilterHeaders(Exchange exchange, CorsConfig config)
    {
        if (exchange.Kept<Preflight>() is not null || (exchange.RequestHeaders.Origin.Count is 0 && !config.AllowOriginAbsent))
        {
            return;
        }

        var plan = _plans.Of(config);
        AllowOrigin(exchange, plan);
        if (plan.Exposed is not null)
        {
            exchange.ResponseHeaders.AccessControlExposeHeaders = plan.Exposed;
        }
    }

    private static void AllowOrigin(Exchange exchange, CorsPlan plan)
    {
        var page = exchange.RequestHeaders.Origin is { Count: > 0 } origin ? origin[0] : null;
        var headers = exchange.ResponseHeaders;
        var (allowed, varies) = plan.Judge(page);
        if (varies)
        {
            headers.Vary = StringValues.Concat(headers.Vary, HeaderNames.Origin);
        }

        // What the upstream says of origins gives way.
        headers.AccessControlAllowOrigin = allowed;
        if (plan.AllowsCredentials(page))
        {
            headers.AccessControlAllowCredentials = "true";
        }
    }

    private sealed class Preflight
    {
        public static Preflight Seen { get; } = new();
    }
}
