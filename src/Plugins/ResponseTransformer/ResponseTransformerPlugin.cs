using Gateway.Plugins.Common;
using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

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
        foreach (var (name, _) in config.Remove.Headers.Select(Pairs.Of))
        {
            headers.Remove(name);
        }

        foreach (var (old, name) in Given(config.Rename.Headers))
        {
            if (headers.Remove(old, out var value))
            {
                headers[name] = value;
            }
        }

        foreach (var (name, value) in Given(config.Replace.Headers).Where(p => headers.ContainsKey(p.Name)))
        {
            headers[name] = HeaderOctets.Of(value);
        }

        foreach (var (name, value) in Given(config.Add.Headers).Where(p => !headers.ContainsKey(p.Name)))
        {
            headers[name] = HeaderOctets.Of(value);
        }

        foreach (var (name, value) in Given(config.Append.Headers))
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
        !_changes.Of(config).IsEmpty && exchange.Http.Response.ContentType is { } types && types.Split(',').Any(IsJson);

    // "application/json-patch+json" is another type.
    private static bool IsJson(string type) =>
        MediaTypeHeaderValue.TryParse(type, out var media) && media.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);

    // A value that is left out changes nothing.
    private static IEnumerable<(string Name, string Value)> Given(IEnumerable<string> pairs) => pairs.Select(Pairs.Of).Where(p => p.Value.Length > 0);
}
