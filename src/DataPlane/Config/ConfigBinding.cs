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
        // Those written as expressions are not matched yet, and must not match everything instead.
        Routes = [.. source.All<Route>("routes").Where(r => r.Expression is null)],
        Upstreams = source.All<Upstream>("upstreams"),
        Targets = source.All<Target>("targets"),
        Plugins = source.All<Plugin>("plugins"),
        Certificates = source.All<Certificate>("certificates"),
        CaCertificates = source.All<CaCertificate>("ca_certificates"),
        Snis = source.All<Sni>("snis"),
        Workspaces = source.All<Workspace>("workspaces"),
    };
}
