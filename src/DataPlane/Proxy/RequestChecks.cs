namespace Gateway.DataPlane.Proxy;

/// <summary>Refuses requests that no route may see.</summary>
internal static class RequestChecks
{
    /// <summary>The status with which a request is refused, or null.</summary>
    /// <param name="exchange">The request.</param>
    public static int? Refuse(HttpExchange exchange) => exchange.Method is "TRACE" or "CONNECT" ? 405 : exchange.RawPath.StartsWith('/') ? null : 400;
}
