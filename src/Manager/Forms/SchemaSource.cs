using System.Collections.Concurrent;
using Gateway.Manager.AdminApi;
using Gateway.Manager.Catalog;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Manager.Forms;

/// <summary>The schemas of the Admin API, each read once; a failed read is tried again the next time.</summary>
public sealed class SchemaSource(AdminClient admin, TimeProvider time)
{
    // A rolling upgrade changes schemas below a running Manager.
    private static readonly TimeSpan _keep = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<string, (EntitySchema Schema, DateTimeOffset Read)> _schemas = new(StringComparer.Ordinal);

    /// <summary>The schema of a kind; of plugins, with one plugin's configuration.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="plugin">The plugin's name, for plugins.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task<(EntitySchema? Schema, AdminAnswer? Problem)> GetAsync(EntityKind kind, string? plugin = null, CancellationToken cancellation = default)
    {
        var (schema, problem) = await ReadAsync(kind.SchemaName ?? kind.Path, cancellation);
        if (schema is null || plugin is null)
        {
            return (schema, problem);
        }

        var (own, missing) = await ReadAsync($"plugins/{Uri.EscapeDataString(plugin)}", cancellation);
        return own is null ? (null, missing) : (schema.WithPlugin(own), null);
    }

    private async Task<(EntitySchema? Schema, AdminAnswer? Problem)> ReadAsync(string name, CancellationToken cancellation)
    {
        if (_schemas.TryGetValue(name, out var known) && time.GetUtcNow() - known.Read < _keep)
        {
            return (known.Schema, null);
        }

        var answer = await admin.GetAsync($"schemas/{name}", cancellation);
        if (answer.Entity is not { } body)
        {
            return (null, answer);
        }

        var schema = EntitySchema.Read(name, body);
        _schemas[name] = (schema, time.GetUtcNow());
        return (schema, null);
    }
}

internal static class FormServices
{
    public static void AddForms(this IServiceCollection services)
    {
        services.AddSingleton<SchemaSource>();
        services.AddScoped<EntityNames>();
        services.AddTransient<LiveCheck>();
    }
}
