using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Gateway.ControlPlane.Admin;

/// <summary>The workspace that a request names.</summary>
/// <param name="Name">Its name.</param>
internal sealed record WorkspaceFeature(string Name);

/// <summary>Takes the workspace from the front of a path, <c>/{workspace}/services</c>: what begins no path of the Admin API is the name of a workspace.</summary>
internal sealed class WorkspacePaths
{
    // Clients ask a workspace for the node's information under this name.
    private const string Root = "kong";

    private HashSet<string> _first = [];

    /// <summary>Takes note of the paths of the Admin API, once they are all mapped.</summary>
    public void Learn(IEndpointRouteBuilder endpoints) =>
        _first = [.. endpoints.DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().Select(e => e.RoutePattern.RawText!.Trim('/').Split('/')[0])];

    public Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        var request = http.Features.GetRequiredFeature<IHttpRequestFeature>();
        var target = request.RawTarget;
        var start = target.IndexOf('/', Math.Min(1, target.Length));
        if (target.StartsWith('/') && start > 1 && target.IndexOf('?', StringComparison.Ordinal) is var query && (query < 0 || start < query)
            && Uri.UnescapeDataString(target[1..start]) is var name && !_first.Contains(name) && http.Request.Path.Value!.IndexOf('/', 1) is > 0 and var end)
        {
            var rest = http.Request.Path.Value[end..];
            if (rest is "/")
            {
                // A name alone is no path, with or without a slash behind it.
                return next(http);
            }

            http.Features.Set(new WorkspaceFeature(name));
            (request.RawTarget, http.Request.Path) = rest is "/" + Root ? ("/", "/") : (target[start..], rest);
        }

        return next(http);
    }
}
