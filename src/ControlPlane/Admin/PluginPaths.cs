using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>The paths that plugins have in the Admin API.</summary>
/// <remarks>
/// What plugins keep lies in the processes that proxy. In one that does not, a read finds nothing and to forget everything is done;
/// in one that does, the Admin API cannot reach what a plugin keeps, and says so instead of pretending.
/// </remarks>
internal static class PluginPaths
{
    private static readonly AdminAnswer _nothing = AdminAnswer.Page(StatusCodes.Status404NotFound, "Not Found");

    /// <summary>The paths.</summary>
    /// <param name="plugins">The plugins of this node.</param>
    /// <param name="proxies">Whether this process proxies.</param>
    public static IEnumerable<(string Path, Resource Resource)> Resources(PluginCatalog plugins, bool proxies) =>
        plugins.Plugins.SelectMany(plugin => plugin.AdminPaths.Select(path => (path.Path, ResourceOf(path, plugin, proxies && plugin.Runs))));

    private static Resource ResourceOf(AdminPathAttribute path, PluginDescriptor plugin, bool isKeptHere)
    {
        var beyond = isKeptHere ? AdminAnswer.Problem(StatusCodes.Status501NotImplemented, $"what the plugin {plugin.Name} keeps cannot be reached by the Admin API of this node") : null;
        return new Resource
        {
            Get = Has(path, HttpMethods.Get, beyond ?? _nothing),
            Post = Has(path, HttpMethods.Post, beyond ?? _nothing),
            Put = Has(path, HttpMethods.Put, beyond ?? _nothing),
            Patch = Has(path, HttpMethods.Patch, beyond ?? _nothing),
            Delete = Has(path, HttpMethods.Delete, beyond ?? (path.Path.Contains('{', StringComparison.Ordinal) ? _nothing : AdminAnswer.NoContent)),
        };
    }

    private static AdminHandler? Has(AdminPathAttribute path, string method, AdminAnswer answer) => path.Methods.Contains(method) ? _ => Task.FromResult(answer) : null;
}
