using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>Keeps pages of other sites from using the Admin API through the browser of someone who can reach it.</summary>
/// <remarks>
/// Kong names every origin as allowed when <c>admin_gui_url</c> is not set, and clients rely on that answer; but only browsers send
/// <c>Sec-Fetch-Site</c> (Fetch Metadata, W3C), and no page can forge it. So command lines and servers are answered as ever.
/// </remarks>
internal static class CrossSite
{
    /// <summary>Whether a request comes from a page that has no business here.</summary>
    /// <param name="request">The request.</param>
    /// <param name="allowed">The origins of the Manager.</param>
    public static bool IsRefused(HttpRequest request, IReadOnlyList<string> allowed)
    {
        var origin = request.Headers.Origin.ToString();
        if (origin.Length > 0 && allowed.Contains(origin, StringComparer.OrdinalIgnoreCase))
        {
            return false;
        }

        // A link that someone follows is harmless: the page that has it cannot read what it leads to.
        var isLink = request.Headers["Sec-Fetch-Mode"] == "navigate" && (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method));
        return request.Headers["Sec-Fetch-Site"] == "cross-site" && !isLink;
    }
}
