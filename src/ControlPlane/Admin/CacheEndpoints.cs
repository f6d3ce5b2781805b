namespace Gateway.ControlPlane.Admin;

/// <summary>The paths by which the original's cache of entities is looked into and emptied. Here every read sees what is committed, so there is nothing to find and nothing to forget.</summary>
internal static class CacheEndpoints
{
    public static IEnumerable<(string Path, Resource Resource)> Resources =>
    [
        ("/cache", new Resource { Delete = _ => Task.FromResult(AdminAnswer.NoContent) }),
        ("/cache/{key}", new Resource { Get = _ => Task.FromResult(AdminAnswer.NotFound), Delete = _ => Task.FromResult(AdminAnswer.NoContent) }),
    ];
}
