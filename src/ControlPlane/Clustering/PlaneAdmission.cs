using Gateway.Sync.Mtls;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Clustering;

/// <summary>What was decided about the peer of a connection.</summary>
/// <param name="Verdict">Whether it is let in.</param>
/// <param name="Pair">What this node showed and trusted then.</param>
internal sealed record PlaneAdmission(PeerVerdict Verdict, ClusterPair Pair)
{
    /// <summary>The decision about the connection of a request.</summary>
    public static PlaneAdmission? Of(HttpContext http) =>
        http.Features.Get<IConnectionItemsFeature>()?.Items.TryGetValue(typeof(PlaneAdmission), out var found) is true ? found as PlaneAdmission : null;

    /// <summary>Whether a refused peer is told so: where authorities decide, the original's web server answers before anything else sees the request.</summary>
    public static bool HasAnswer(ClusterIdentity identity, PeerVerdict verdict) =>
        identity.Mode is not ClusterMode.Shared && verdict.Problem is PeerProblem.Missing or PeerProblem.Unverified;

    /// <summary>Answers a refused peer as the original's web server does.</summary>
    public static Task RefuseAsync(HttpContext http)
    {
        var what = Of(http)?.Verdict.Problem is PeerProblem.Missing ? "No required SSL certificate was sent" : "The SSL certificate error";
        var page = $"<html>\r\n<head><title>400 {what}</title></head>\r\n<body>\r\n<center><h1>400 Bad Request</h1></center>\r\n"
            + $"<center>{what}</center>\r\n<hr><center>openresty</center>\r\n</body>\r\n</html>\r\n";
        http.Response.StatusCode = StatusCodes.Status400BadRequest;
        http.Response.ContentType = "text/html; charset=UTF-8";
        http.Response.ContentLength = page.Length;
        http.Response.Headers.Connection = "close";
        return http.Response.WriteAsync(page);
    }
}
