using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>Changes requests before they go upstream.</summary>
/// <param name="logger">Takes note of templates that cannot be understood.</param>
[Plugin("request-transformer", Priority = 801, Protocols = PluginProtocols.HttpAndStreams)]
public sealed partial class RequestTransformerPlugin(ILogger<RequestTransformerPlugin> logger) : IAccess<RequestTransformerConfig>, IConfigure<RequestTransformerConfig>
{
    private readonly Prepared<RequestTransformerConfig, TransformPlan> _plans = new(static config => new TransformPlan(config));

    /// <inheritdoc/>
    public void Configure(PluginInstance instance, RequestTransformerConfig config)
    {
        if (_plans.Of(config).Error is { } error)
        {
            Log.BadTemplate(logger, instance.Id, error);
        }
    }

    /// <inheritdoc/>
    public async ValueTask AccessAsync(Exchange exchange, RequestTransformerConfig config)
    {
        var plan = _plans.Of(config);
        if (plan.Error is not null)
        {
            exchange.Error(500);
            return;
        }

        var values = new TemplateValues(exchange);
        var path = plan.Uri?.Render(values);
        if (path is not null)
        {
            exchange.UpstreamPath = path;
        }

        if (plan.Method is not null)
        {
            await BodyTransform.ChangeMethodAsync(exchange, plan.Method);
        }

        ChangeHeaders(exchange, plan.Headers, values);
        if (!plan.Body.IsEmpty)
        {
            await BodyTransform.ApplyAsync(exchange, plan.Body, values);
        }

        if (!plan.Query.IsEmpty)
        {
            var arguments = QueryArguments.Parse(exchange.Query);
            plan.Query.Apply(new QueryParameters(arguments), values);
            exchange.Query = arguments.Encode();
        }

        // Nothing goes upstream that was changed by half.
        if (values.Problem is not null || path?.StartsWith('/') is false)
        {
            Log.NoValue(logger, exchange.Instance.Id, values.Problem ?? "the path does not begin with '/'");
            exchange.Error(500);
        }
    }

    private static void ChangeHeaders(Exchange exchange, Changes changes, TemplateValues values)
    {
        var headers = exchange.RequestHeaders;
        foreach (var (name, _) in changes.Remove.Where(r => !IsHost(r.Name)))
        {
            headers.Remove(name);
        }

        foreach (var (old, name) in changes.Rename)
        {
            var fresh = name.Render(values);
            if (fresh.Length > 0 && headers.TryGetValue(old, out var value) && !IsHost(old))
            {
                headers.Remove(old);
                headers[fresh] = value;
            }
        }

        foreach (var (name, value) in changes.Replace)
        {
            var text = value.Render(values);
            if (value.IsEmpty)
            {
                continue;
            }

            if (IsHost(name))
            {
                exchange.UpstreamHost = text;
            }
            else if (headers.ContainsKey(name))
            {
                headers[name] = HeaderOctets.Of(text);
            }
        }

        foreach (var (name, value) in changes.Add)
        {
            var text = value.Render(values);
            if (!value.IsEmpty && !IsHost(name) && !headers.ContainsKey(name))
            {
                headers[name] = HeaderOctets.Of(text);
            }
        }

        foreach (var (name, value) in changes.Append)
        {
            var text = value.Render(values);
            if (!value.IsEmpty && !IsHost(name))
            {
                headers.Append(name, HeaderOctets.Of(text));
            }
        }
    }

    private static bool IsHost(string name) => name.Equals("host", StringComparison.OrdinalIgnoreCase);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Plugin instance {Instance}: a template cannot be understood, so its requests are answered with 500: {Reason}")]
        public static partial void BadTemplate(ILogger logger, Guid instance, string reason);

        [LoggerMessage(LogLevel.Error, "Plugin instance {Instance}: a template has no value for a request, which is answered with 500: {Reason}")]
        public static partial void NoValue(ILogger logger, Guid instance, string reason);
    }
}
