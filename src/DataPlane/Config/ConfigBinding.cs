using Gateway.Entities;
using Gateway.Sync;

namespace Gateway.DataPlane.Config;

/// <summary>Hands out the typed rows of a collection.</summary>
internal interface IRowSource
{
    /// <summary>All rows of a collection.</summary>
    IReadOnlyList<T> All<T>(string entity)
        where T : class;
}

/// <summary>Names the collections that are compiled; the only place that does.</summary>
internal static class ConfigBinding
{
    /// <summary>The entities of a source that are compiled.</summary>
    public static ConfigEntities Bind(IRowSource source, ConfigHashes hashes) => new()
    {
        Hashes = hashes,
        Services = source.All<Service>("services"),
        Routes = [.. source.All<Route>("routes").Where(Takes)],
        Upstreams = source.All<Upstream>("upstreams"),
        Targets = source.All<Target>("targets"),
        Plugins = source.All<Plugin>("plugins"),
        Certificates = source.All<Certificate>("certificates"),
        CaCertificates = source.All<CaCertificate>("ca_certificates"),
        Snis = source.All<Sni>("snis"),
        Vaults = source.All<Vault>("vaults"),
        Workspaces = source.All<Workspace>("workspaces"),
    };

    /// <summary>Walks over the collections that are compiled.</summary>
    public static void Visit(ConfigEntities entities, Action<string, IEnumerable<(Guid Id, object Entity)>> visit)
    {
        visit("services", entities.Services.Select(e => (e.Id.Value, (object)e)));
        visit("routes", entities.Routes.Select(e => (e.Id.Value, (object)e)));
        visit("upstreams", entities.Upstreams.Select(e => (e.Id.Value, (object)e)));
        visit("targets", entities.Targets.Select(e => (e.Id.Value, (object)e)));
        visit("plugins", entities.Plugins.Select(e => (e.Id.Value, (object)e)));
        visit("certificates", entities.Certificates.Select(e => (e.Id.Value, (object)e)));
        visit("ca_certificates", entities.CaCertificates.Select(e => (e.Id.Value, (object)e)));
        visit("snis", entities.Snis.Select(e => (e.Id.Value, (object)e)));
        visit("vaults", entities.Vaults.Select(e => (e.Id.Value, (object)e)));
        visit("workspaces", entities.Workspaces.Select(e => (e.Id.Value, (object)e)));
    }

    /// <summary>Whether an entity of a compiled collection is compiled itself.</summary>
    public static bool Takes(object entity) => entity switch
    {
        // Those written as expressions are not matched yet, and must not match everything instead.
        Route route => route.Expression is null,
        _ => true,
    };
}
