using Gateway.ControlPlane.Admin.OpenApi;
using Gateway.ControlPlane.Store;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.ControlPlane.Admin;

/// <summary>A request to the Admin API.</summary>
/// <param name="Http">The request as the server sees it.</param>
/// <param name="Segments">The path's segments, unescaped one by one, so that a key may hold an escaped slash.</param>
/// <param name="Body">The body; empty when there is none.</param>
internal sealed record AdminRequest(HttpContext Http, IReadOnlyList<string> Segments, AdminBody Body)
{
    public IQueryCollection Query => Http.Request.Query;

    /// <summary>The workspace that the path names before anything else, or null.</summary>
    public string? Workspace => Http.Features.Get<WorkspaceFeature>()?.Name;

    public CancellationToken Cancellation => Http.RequestAborted;

    private bool IsRead => HttpMethods.IsGet(Http.Request.Method) || HttpMethods.IsHead(Http.Request.Method) || HttpMethods.IsOptions(Http.Request.Method);

    /// <summary>The transaction that this request is one part of, or null when it has one of its own.</summary>
    public StoreSession? Session { get; init; }

    /// <summary>Does the work in the request's transaction, and says what came of it.</summary>
    public async Task<AdminAnswer> RunAsync(StoreRunner runner, Func<StoreSession, Task<Outcome<AdminAnswer>>> work) =>
        AdminErrors.Answer(Session is { } session ? await work(session)
            : IsRead ? await runner.ReadAsync(work, Cancellation, workspace: Workspace)
            : await runner.RunAsync(work, Cancellation, workspace: Workspace));

    /// <summary>A path as this client has to ask for it: with the workspace before it when it asked so.</summary>
    public string PathOf(string path) => Workspace is { } name ? $"/{Uri.EscapeDataString(name)}{path}" : path;

    /// <summary>The path's segments as they were sent; one slash at the end does not count.</summary>
    public static string[] RawSegmentsOf(HttpContext http)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = end < 0 ? target : target[..end];
        path = path.EndsWith('/') && path.Length > 1 ? path[..^1] : path;
        return path.TrimStart('/').Length < path.Length - 1 ? [] : path[1..].Split('/');
    }
}

/// <summary>Answers one method of a resource.</summary>
internal delegate Task<AdminAnswer> AdminHandler(AdminRequest request);

/// <summary>The methods of one path.</summary>
internal sealed record Resource
{
    /// <summary>The answer to every request, whatever its method, that keeps it from being handled; null handles it.</summary>
    public Func<AdminRequest, Task<AdminAnswer?>>? Before { get; init; }

    /// <summary>Whether the handlers read the body themselves, being able to read more than entities.</summary>
    public bool ReadsBodyItself { get; init; }

    /// <summary>The entities that the path reads and writes, or null when it has none; for the description of the API.</summary>
    public ResourceShape? Shape { get; init; }

    /// <summary>Asked before <c>OPTIONS</c> is answered, on paths that do not tell their methods where there is nothing; null always tells.</summary>
    public AdminHandler? Known { get; init; }

    public AdminHandler? Get { get; init; }

    public AdminHandler? Post { get; init; }

    public AdminHandler? Put { get; init; }

    public AdminHandler? Patch { get; init; }

    public AdminHandler? Delete { get; init; }

    /// <summary>A resource that refuses every request.</summary>
    public static Resource Refused(int status, string message) => new() { Before = _ => Task.FromResult<AdminAnswer?>(AdminAnswer.Problem(status, message)) };

    public AdminHandler? Of(string method) => method switch
    {
        "GET" or "HEAD" => Get,
        "POST" => Post,
        "PUT" => Put,
        "PATCH" => Patch,
        "DELETE" => Delete,
        _ => null,
    };

    /// <summary>The allowed methods, sorted.</summary>
    public string Allow => string.Join(", ", new (string Name, bool There)[]
    {
        ("DELETE", Delete is not null), ("GET", Get is not null), ("HEAD", Get is not null), ("OPTIONS", true),
        ("PATCH", Patch is not null), ("POST", Post is not null), ("PUT", Put is not null),
    }.Where(m => m.There).Select(m => m.Name));
}
