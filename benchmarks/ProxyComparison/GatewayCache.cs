using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Plugins;
using Gateway.Sync;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.ProxyComparison;

/// <summary>What a data plane's cache holds: written with the product's own store, from the document that a control plane sends.</summary>
/// <param name="Routes">How many routes; a single one takes every path.</param>
/// <param name="Consumers">How many consumers, each with a key.</param>
/// <param name="HasPlugins">Whether key-auth and rate-limiting run.</param>
internal sealed record GatewayCache(int Routes, int Consumers = 0, bool HasPlugins = false)
{
    private const int RoutesPerService = 10;
    private const string Workspace = "11111111-0000-4000-8000-000000000000";

    /// <summary>Writes it into the prefix of a node.</summary>
    public async Task WriteAsync(string prefix, int upstream)
    {
        Directory.CreateDirectory(prefix);
        var bytes = Encoding.UTF8.GetBytes(Document(upstream).ToJsonString());
        using var parsed = JsonDocument.Parse(bytes);
        var hashes = ConfigHash.Compute(parsed.RootElement);
        using var store = ConfigStore.Open(Path.Combine(prefix, "dbless.lmdb"), NullLogger<ConfigStore>.Instance, TimeProvider.System);
        using var applier = new ConfigApplier(store, BundledPlugins.Catalog.EntitiesWith([]), _ => new CompileResult.Compiled(() => { }), TimeProvider.System, NullLogger<ConfigApplier>.Instance);
        var outcome = await applier.ApplyAsync(new Reconfigure(hashes.Config, hashes, 1_700_000_000, bytes), CancellationToken.None);
        if (outcome is ApplyOutcome.Rejected rejected)
        {
            throw new InvalidOperationException(rejected.ToString());
        }
    }

    /// <summary>The path of a route; <c>requests.lua</c> draws among them.</summary>
    public static string PathOf(int route) => string.Create(CultureInfo.InvariantCulture, $"/area-{route % 100:00}/item-{route:000000}");

    private JsonObject Document(int upstream)
    {
        var document = new JsonObject
        {
            ["_format_version"] = "3.0",
            ["_transform"] = false,
            ["workspaces"] = new JsonArray(new JsonObject { ["id"] = Workspace, ["name"] = "default", ["created_at"] = 1_700_000_000, ["updated_at"] = 1_700_000_000 }),
            ["services"] = Rows((Routes + RoutesPerService - 1) / RoutesPerService, i => Row(1, i, new JsonObject
            {
                ["name"] = $"service-{i}", ["host"] = "127.0.0.1", ["port"] = upstream, ["protocol"] = "http",
            })),
            ["routes"] = Rows(Routes, i => Row(2, i, new JsonObject
            {
                ["name"] = $"route-{i}", ["paths"] = new JsonArray(Routes is 1 ? "/" : PathOf(i)), ["service"] = Id(1, i / RoutesPerService).ToString(), ["strip_path"] = false,
            })),
            ["consumers"] = Rows(Consumers, i => Row(3, i, new JsonObject { ["username"] = $"consumer-{i}" })),
            ["keyauth_credentials"] = Rows(Consumers, i => Row(4, i, new JsonObject
            {
                ["key"] = string.Create(CultureInfo.InvariantCulture, $"key-{i:000000}"), ["consumer"] = Id(3, i).ToString(),
            })),
        };
        if (HasPlugins)
        {
            document["plugins"] = new JsonArray(Plugin(0, "key-auth", []), Plugin(1, "rate-limiting", new JsonObject { ["minute"] = 1_000_000, ["policy"] = "local" }));
        }

        return document;
    }

    private static JsonObject Plugin(int number, string name, JsonObject config) => Row(5, number, new JsonObject { ["name"] = name, ["enabled"] = true, ["config"] = config });

    private static JsonArray Rows(int count, Func<int, JsonObject> row) => new([.. Enumerable.Range(0, count).Select(i => (JsonNode?)row(i))]);

    private static JsonObject Row(int kind, int number, JsonObject fields)
    {
        fields["id"] = Id(kind, number).ToString();
        fields["created_at"] = 1_700_000_000;
        fields["ws_id"] = Workspace;
        if (kind is not 4)
        {
            fields["updated_at"] = 1_700_000_000;
        }

        return fields;
    }

    private static Guid Id(int kind, int number) => new(string.Create(CultureInfo.InvariantCulture, $"0000{kind:x4}-0000-4000-8000-{number:x12}"));
}
