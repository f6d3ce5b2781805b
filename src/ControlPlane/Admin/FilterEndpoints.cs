using Gateway.Entities;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>The paths of WebAssembly filters; this gateway runs none and says so.</summary>
internal static class FilterEndpoints
{
    public static IEnumerable<(string Path, Resource Resource)> Resources =>
    [
        ("/schemas/filters/{name}", new Resource
        {
            Get = request => Task.FromResult(AdminAnswer.Problem(StatusCodes.Status404NotFound, $"Filter '{request.Segments[2]}' not found")),
        }),
        .. new[] { "all", "enabled", "disabled" }.Select(which => ($"/routes/{{routes}}/filters/{which}", new Resource { Get = _ => Task.FromResult(_refused) })),
    ];

    private static readonly AdminAnswer _refused =
        AdminAnswer.Problem(StatusCodes.Status400BadRequest, SchemaReader.Entity(typeof(FilterChain)).Unavailable!);
}
