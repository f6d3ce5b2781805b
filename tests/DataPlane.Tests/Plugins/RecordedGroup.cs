using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Config;
using Gateway.Entities;
using Gateway.Plugins.Acl;
using Gateway.Plugins.BasicAuth;
using Gateway.Plugins.Jwt;
using Gateway.Plugins.KeyAuth;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Testing;
using Gateway.Schema;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Plugins;

/// <summary>A configuration under which a running Kong was asked, and what it answered.</summary>
internal sealed class RecordedGroup
{
    private readonly FakeLookup<Consumer> _consumers = [];
    private readonly FakeLookup<KeyAuthCredential> _keys = [];
    private readonly FakeLookup<BasicAuthCredential> _names = [];
    private readonly FakeLookup<AclMembership> _memberships = [];
    private readonly FakeLookup<JwtSecret> _secrets = [];

    private RecordedGroup(JsonObject config, Func<int, int> portOf, IReadOnlyList<JsonNode> cases)
    {
        Cases = cases;
        var services = new List<Service>();
        var routes = new List<Route>();
        foreach (var service in List(config, "services"))
        {
            var url = new Uri((string)service["url"]!);
            var added = Proxy.Some.Service(portOf(url.Port), url.AbsolutePath is "/" ? null : url.AbsolutePath) with
            {
                Name = (string?)service["name"],
                Tags = (service["tags"] as JsonArray)?.Select(t => (string)t!).ToHashSet(),
            };
            services.Add(added);
            routes.AddRange(List(service, "routes").Select(r => Bind<Route>(r) with { Service = added.Id }));
        }

        List(config, "consumers").ToList().ForEach(Add);
        var plugins = List(config, "plugins").Select(p => new Plugin
        {
            Id = new(Guid.NewGuid()),
            Name = (string)p["name"]!,
            Config = (JsonObject?)p["config"]?.DeepClone(),
            Route = p["route"] is { } route ? routes.First(r => r.Name == (string?)route).Id : null,
        });
        Entities = new ConfigEntities { Services = services, Routes = routes, Plugins = [.. plugins] };
    }

    public IReadOnlyList<JsonNode> Cases { get; }

    public ConfigEntities Entities { get; }

    /// <summary>Reads a group; null where the recorded cases are absent.</summary>
    public static RecordedGroup? Read(string name, int upstream)
    {
        if (SharedFolder.PathOf("kong", "cases", "proxy") is not { } folder)
        {
            return null;
        }

        var config = File.ReadLines(Path.Combine(folder, "configs.jsonl")).Select(l => JsonNode.Parse(l)!).First(c => (string?)c["group"] == name);
        var cases = Directory.GetFiles(folder, "*.jsonl").Where(f => name.StartsWith(Path.GetFileNameWithoutExtension(f), StringComparison.Ordinal))
            .SelectMany(File.ReadLines).Select(l => JsonNode.Parse(l)!).Where(c => (string?)c["group"] == name);
        return new RecordedGroup((JsonObject)config["config"]!, _ => upstream, [.. cases]);
    }

    /// <summary>Takes a configuration without answers.</summary>
    public static RecordedGroup Of(JsonObject config, Func<int, int> portOf) => new(config, portOf, []);

    public void AddTo(IServiceCollection services) => services.AddLogging()
        .AddSingleton<ILookup<Consumer>>(_consumers)
        .AddSingleton<ILookup<KeyAuthCredential>>(_keys)
        .AddSingleton<ILookup<BasicAuthCredential>>(_names)
        .AddSingleton<ILookup<AclMembership>>(_memberships)
        .AddSingleton<ILookup<JwtSecret>>(_secrets);

    private void Add(JsonObject consumer)
    {
        var added = Bind<Consumer>(consumer);
        _consumers.Add(added);
        foreach (var key in List(consumer, "keyauth_credentials"))
        {
            _keys.Add(Bind<KeyAuthCredential>(Of(added, key)));
        }

        foreach (var secret in List(consumer, "jwt_secrets"))
        {
            _secrets.Add(Bind<JwtSecret>(Of(added, secret)));
        }

        foreach (var name in List(consumer, "basicauth_credentials"))
        {
            var row = Of(added, name);
            Transformation.Apply(SchemaReader.Entity(typeof(BasicAuthCredential)), row, name);
            _names.Add(Bind<BasicAuthCredential>(row));
        }

        foreach (var membership in List(consumer, "acls"))
        {
            _memberships.Add(Bind<AclMembership>(Of(added, membership)));
        }
    }

    private static JsonObject Of(Consumer consumer, JsonObject credential)
    {
        var row = (JsonObject)credential.DeepClone();
        row["consumer"] = new JsonObject { ["id"] = consumer.Id.ToString() };
        return row;
    }

    private static T Bind<T>(JsonObject document)
    {
        var row = (JsonObject)document.DeepClone();
        row["id"] ??= Guid.NewGuid().ToString();
        return row.Deserialize<T>(Wire.Options)!;
    }

    private static IEnumerable<JsonObject> List(JsonNode owner, string name) => (owner[name] as JsonArray ?? []).Select(n => (JsonObject)n!);
}
