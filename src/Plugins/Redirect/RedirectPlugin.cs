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

    /// <summary>The location with the path and the query of the request instead of its own.</summary>
    private static string Joined(Exchange exchange, Uri location)
    {
        var query = string.IsNullOrEmpty(exchange.Query) ? string.Empty : "?" + exchange.Query;
        return $"{location.GetLeftPart(UriPartial.Authority)}{exchange.Http.Request.Path.ToUriComponent()}{query}{location.Fragment}";
    }
}
