using Gateway.PluginSdk;

namespace Gateway.Plugins.Redirect;

/// <summary>Sends clients to another place.</summary>
[Plugin("redirect", Priority = 779)]
public sealed class RedirectPlugin : IAccess<RedirectConfig>
{
    private static readonly byte[] _body = "redirecting"u8.ToArray();

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, RedirectConfig config)
    {
        exchange.ResponseHeaders.Location = config.KeepIncomingPath is true ? Joined(exchange, new Uri(config.Location)) : config.Location;
        exchange.Exit(config.StatusCode, _body, null);
        return default;
    }

    private static string Joined(Exchange exchange, Uri location)
    {
        var path = location.AbsolutePath.TrimEnd('/') + exchange.Http.Request.Path.ToUriComponent();
        var query = string.Join('&', new[] { location.Query.TrimStart('?'), exchange.Query }.Where(q => !string.IsNullOrEmpty(q)));
        return $"{location.GetLeftPart(UriPartial.Authority)}{path}{(query.Length > 0 ? "?" + query : string.Empty)}{location.Fragment}";
    }
}
