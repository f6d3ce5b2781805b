using System.Text.RegularExpressions;
using Gateway.ControlPlane.Admin.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Gateway.ControlPlane.Admin;

/// <summary>One path of the Admin API as it is really mapped.</summary>
/// <param name="Path">The path, with placeholders in braces.</param>
/// <param name="Methods">Its methods, sorted, without HEAD and OPTIONS; none when every request is refused.</param>
/// <param name="Refused">Whether every request is refused on this node.</param>
/// <param name="Shape">The entities behind the path, or null when it has none.</param>
internal sealed record MappedPath(string Path, IReadOnlyList<string> Methods, bool Refused, ResourceShape? Shape)
{
    /// <summary>The segments.</summary>
    public IReadOnlyList<string> Segments { get; } = Path.Trim('/').Split('/');
}

/// <summary>All paths of the Admin API, read from what was mapped; what is told about them is derived from here.</summary>
internal sealed partial class RouteTable
{
    /// <summary>The paths, by segment.</summary>
    public IReadOnlyList<MappedPath> Paths { get; private set; } = [];

    /// <summary>Takes note of the paths, once they are all mapped.</summary>
    public void Learn(IEndpointRouteBuilder endpoints) => Paths =
    [
        .. endpoints.DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .GroupBy(e => Constraint().Replace("/" + e.RoutePattern.RawText!.Trim('/'), "}"), StringComparer.Ordinal)
            .Select(g => Describe(g.Key, [.. g]))
            .OrderBy(p => string.Join('\u0001', p.Segments), StringComparer.Ordinal),
    ];

    private static MappedPath Describe(string path, RouteEndpoint[] endpoints)
    {
        var resources = endpoints.Select(e => e.Metadata.GetMetadata<Resource>()).OfType<Resource>().ToList();
        var methods = resources.SelectMany(r => r.Allow.Split(", "))
            .Concat(endpoints.SelectMany(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []))
            .Except([HttpMethods.Head, HttpMethods.Options]).Distinct().Order(StringComparer.Ordinal).ToList();
        return new MappedPath(path, methods, methods.Count is 0, resources.Select(r => r.Shape).FirstOrDefault());
    }

    [GeneratedRegex(@":[^}]*\}")]
    private static partial Regex Constraint();
}
