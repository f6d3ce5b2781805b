using Gateway.Plugins.Common;
using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Gateway.Plugins.ResponseTransformer;

/// <summary>Changes answers before clients see them.</summary>
[Plugin("response-transformer", Priority = 800)]
public sealed class ResponseTransformerPlugin : IHeaderFilter<ResponseTransformerConfig>, IBodyFilter<ResponseTransformerConfig>
{
    private readonly Prepared<ResponseTransformerConfig, JsonChanges> _changes = new(static config => new JsonChanges(config));

    /// <inheritdoc/>
    public void FilterHeaders(Exchange exchange, ResponseTransformerConfig config)
    {
        var headers = exchange.ResponseHeaders;
        foreach (var (name, value) in config.Remove.Headers.Select(Pairs.Of))
        {
            Remove(headers, name, value);
        }

        foreach (var (old, name) in config.Rename.Headers.Select(Pairs.Of))
        {
            if (headers.Remove(old, out var value))
            {
                headers[name] = value;
            }
        }

        foreach (var (name, value) in config.Replace.Headers.Select(Pairs.Of).Where(p => headers.ContainsKey(p.Name)))
        {
            headers[name] = HeaderOctets.Of(value);
        }

        foreach (var (name, value) in config.Add.Headers.Select(Pairs.Of).Where(p => !headers.ContainsKey(p.Name)))
        {
            headers[name] = HeaderOctets.Of(value);
        }

        foreach (var (name, value) in config.Append.Headers.Select(Pairs.Of))
        {
            headers.Append(name, HeaderOctets.Of(value));
        }

        if (ChangesBody(exchange, config))
        {
            headers.ContentLength = null;
        }
    }

    /// <inheritdoc/>
    public Stream FilterBody(Exchange exchange, ResponseTransformerConfig config, Stream next) =>
        ChangesBody(exchange, config) ? new WholeBodyStream(next, _changes.Of(config).Apply) : next;

    private bool ChangesBody(Exchange exchange, ResponseTransformerConfig config) =>
        !_changes.Of(config).IsEmpty && exchange.Http.Response.ContentType?.Contains("application/json", StringComparison.OrdinalIgnoreCase) is true;

    /// <summary>Removes a header, or only a value of it when one is given.</summary>
    private static void Remove(IHeaderDictionary headers, string name, string value)
    {
        if (value.Length is 0)
        {
            headers.Remove(name);
            return;
        }

        if (headers.TryGetValue(name, out var there))
        {
            var left = there.Select(line => string.Join(',', (line ?? string.Empty).Split(',').Where(v => v.Trim() != value))).Where(line => line.Trim().Length > 0).ToArray();
            headers[name] = left.Length is 0 ? StringValues.Empty : new StringValues(left);
        }
    }
}
