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
    public ValueTask AccessAsync(Exchange exchange, RequestTransformerConfig config)
    {
        var plan = _plans.Of(config);
        if (plan.Error is not null)
        {
            exchange.Error(500);
            return default;
        }

        var values = new TemplateValues(exchange);
        if (plan.Uri is { } uri)
        {
            exchange.UpstreamPath = uri.Render(values) is var path && path.StartsWith('/') ? path : "/" + path;
        }

        var arguments = QueryArguments.Parse(exchange.Query);
        ChangeHeaders(exchange, plan.Headers, values);
        var changesQuery = plan.Query.Apply(new QueryParameters(arguments), values);
        if (changesQuery)
        {
            exchange.Query = arguments.Encode();
        }

        return plan.Method is null && plan.Body.IsEmpty ? default : BodyTransform.ApplyAsync(exchange, plan, values);
    }

    private static void ChangeHeaders(Exchange exchange, Changes changes, TemplateValues values)
    {
        var headers = exchange.RequestHeaders;
        foreach (var (name, _) in changes.Remove)
        {
            headers.Remove(name);
        }

        foreach (var (old, name) in changes.Rename)
        {
            var fresh = name.Render(values);
            if (headers.TryGetValue(old, out var value) && !IsHost(old))
            {
                headers.Remove(old);
                headers[fresh] = value;
            }
        }

        foreach (var (name, value) in changes.Replace)
        {
            if (IsHost(name))
            {
                exchange.UpstreamHost = value.Render(values);
            }
            else if (headers.ContainsKey(name))
            {
                headers[name] = HeaderOctets.Of(value.Render(values));
            }
        }

        foreach (var (name, value) in changes.Add)
        {
            if (!IsHost(name) && !headers.ContainsKey(name))
            {
                headers[name] = HeaderOctets.Of(value.Render(values));
            }
        }

        foreach (var (name, value) in changes.Append)
        {
            if (!IsHost(name))
            {
                headers.Append(name, HeaderOctets.Of(value.Render(values)));
            }
        }
    }

    private static bool IsHost(string name) => name.Equals("host", StringComparison.OrdinalIgnoreCase);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Plugin instance {Instance}: a template cannot be understood, so its requests are answered with 500: {Reason}")]
        public static partial void BadTemplate(ILogger logger, Guid instance, string reason);
    }
}
