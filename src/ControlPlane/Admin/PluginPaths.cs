using Gateway.ControlPlane.Store;
using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Admin;

/// <summary>The paths that plugins have in the Admin API: what they keep is shown, and forgotten.</summary>
/// <remarks>It lies in the processes that proxy. On a node that does not, a read finds nothing and to forget everything is done.</remarks>
internal sealed class PluginPaths(ControlPlaneOptions options, StoreRunner runner, EntityTables tables)
{
    private static readonly AdminAnswer _nothing = AdminAnswer.Page(StatusCodes.Status404NotFound, "Not Found");

    /// <summary>The paths.</summary>
    public IEnumerable<(string Path, Resource Resource)> Resources =>
        options.Plugins.Plugins.SelectMany(plugin => plugin.AdminPaths.Select(path => (path.Path, ResourceOf(path, plugin.Name))));

    private Resource ResourceOf(AdminPathAttribute path, string plugin) => new()
    {
        Get = Has(path, HttpMethods.Get, request => KeptAsync(request, path, plugin, (keeps, key) => keeps.Find(key) is { } found ? AdminAnswer.Ok(found) : _nothing)),
        Post = Has(path, HttpMethods.Post, _ => Task.FromResult(_nothing)),
        Put = Has(path, HttpMethods.Put, _ => Task.FromResult(_nothing)),
        Patch = Has(path, HttpMethods.Patch, _ => Task.FromResult(_nothing)),
        Delete = Has(path, HttpMethods.Delete, path.Path.Contains('{', StringComparison.Ordinal)
            ? request => KeptAsync(request, path, plugin, (keeps, key) => keeps.Forget(key) ? AdminAnswer.NoContent : _nothing)
            : _ =>
            {
                options.Kept?.Invoke(plugin)?.ForgetAll();
                return Task.FromResult(AdminAnswer.NoContent);
            }),
    };

    /// <summary>Answers of what is kept under the key at the end of the path, if the plugin is configured: the one that the path names, or any.</summary>
    private async Task<AdminAnswer> KeptAsync(AdminRequest request, AdminPathAttribute path, string plugin, Func<IKeeps, string, AdminAnswer> answer)
    {
        if (options.Kept?.Invoke(plugin) is not { } keeps)
        {
            return _nothing;
        }

        var place = path.Path.Trim('/').Split('/').IndexOf("{plugin_id}");
        var named = place < 0 ? (Guid?)null : Guid.TryParse(request.Segments[place], out var id) ? id : Guid.Empty;
        var plugins = tables["plugins"];
        var configured = await runner.ReadAsync<bool>(
            async session => await session.Rows(plugins).AnyAsync(p => EF.Property<string>(p, "name") == plugin && (named == null || EF.Property<Guid>(p, "id") == named), session.Cancellation),
            request.Cancellation, workspace: request.Workspace);
        return configured.Error is { } error ? AdminErrors.Answer(error) : configured.Value ? answer(keeps, request.Segments[^1]) : _nothing;
    }

    private static AdminHandler? Has(AdminPathAttribute path, string method, AdminHandler handler) => path.Methods.Contains(method) ? handler : null;
}
