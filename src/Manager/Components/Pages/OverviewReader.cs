using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;
using Gateway.Manager.Catalog;
using Gateway.Manager.Forms;

namespace Gateway.Manager.Components.Pages;

/// <summary>How many entities of a kind there are.</summary>
public sealed record EntityCount(EntityKind Kind, long? Number, bool More);

/// <summary>A certificate that ends soon.</summary>
public sealed record ExpiringCertificate(string Title, string Href, DateTimeOffset Ends);

/// <summary>What the overview tells besides traffic.</summary>
public sealed record OverviewFacts
{
    /// <summary>The version that the control plane speaks.</summary>
    public required string Version { get; init; }

    /// <summary>Its host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>Whether it reaches its database.</summary>
    public required bool DatabaseReachable { get; init; }

    /// <summary>How many entities there are, by kind.</summary>
    public required IReadOnlyList<EntityCount> Counts { get; init; }

    /// <summary>The certificates that end within 30 days, the next first.</summary>
    public required IReadOnlyList<ExpiringCertificate> Expiring { get; init; }

    /// <summary>Whether nothing is configured yet.</summary>
    public bool IsNew => Counts.FirstOrDefault(count => count.Kind.Path == "services")?.Number == 0;
}

/// <summary>Reads what the overview tells, all at once.</summary>
public sealed class OverviewReader(AdminClient admin, EntityLists lists, TimeProvider time)
{
    private static readonly string[] _counted = ["services", "routes", "consumers", "plugins", "upstreams", "certificates"];

    /// <summary>The facts, or why they cannot be had.</summary>
    public async Task<(OverviewFacts? Facts, AdminAnswer? Problem)> ReadAsync(CancellationToken cancellation = default)
    {
        var info = admin.GetAsync("", cancellation);
        var status = admin.GetAsync("status", cancellation);
        var counts = Task.WhenAll(_counted.Select(path => CountAsync(EntityKinds.All[path], cancellation)));
        var expiring = ExpiringAsync(cancellation);
        if (await info is not { Entity: { } node } answer)
        {
            return (null, await info);
        }

        return (new OverviewFacts
        {
            Version = node["version"]?.ToString() ?? "unknown",
            Hostname = node["hostname"]?.ToString() ?? "unknown",
            DatabaseReachable = (await status).Entity?["database"]?["reachable"]?.GetValue<bool>() ?? false,
            Counts = await counts,
            Expiring = await expiring,
        }, null);
    }

    private async Task<EntityCount> CountAsync(EntityKind kind, CancellationToken cancellation)
    {
        var (number, more) = await lists.CountAsync(kind.Path, cancellation);
        return new EntityCount(kind, number, more);
    }

    private async Task<IReadOnlyList<ExpiringCertificate>> ExpiringAsync(CancellationToken cancellation)
    {
        var all = await Task.WhenAll(new[] { "certificates", "ca_certificates" }.Select(path => lists.ScanAsync(path, 1000, cancellation)));
        var soon = time.GetUtcNow().AddDays(30);
        return [.. all.Zip(["certificates", "ca_certificates"]).SelectMany(read => (read.First.Page?.Rows ?? []).Select(row => Read(read.Second, row)))
            .OfType<ExpiringCertificate>().Where(certificate => certificate.Ends < soon).OrderBy(certificate => certificate.Ends).Take(8)];
    }

    private static ExpiringCertificate? Read(string path, JsonObject row) =>
        CertificateSummary.Read(row["cert"]?.ToString()) is { } summary ? new ExpiringCertificate(summary.Name, $"/{path}/{row["id"]}", summary.Ends) : null;
}
