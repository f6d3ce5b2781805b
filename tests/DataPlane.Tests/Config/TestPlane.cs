using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Entities;
using Gateway.Plugins;
using Gateway.PluginSdk;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DataPlane.Tests.Config;

/// <summary>A store with an applier on it, whose compiler keeps what it was given.</summary>
public sealed class TestPlane : IDisposable
{
    public TestPlane(string folder, TimeProvider? time = null, long mapSize = 1 << 20, ILogger<ConfigStore>? logger = null, StoreEncryption? encryption = null)
    {
        Time = time ?? TimeProvider.System;
        Store = ConfigStore.Open(folder, logger ?? NullLogger<ConfigStore>.Instance, Time, mapSize, encryption, Catalog);
        Applier = new ConfigApplier(Store, Catalog, Compile, Time, NullLogger<ConfigApplier>.Instance);
    }

    /// <summary>The bundled entities and plugins, and one plugin of the tests.</summary>
    public static EntityCatalog Catalog { get; } = new PluginCatalog(typeof(BundledPlugins).Assembly, typeof(TestPlane).Assembly).Entities;

    public ConfigStore Store { get; }

    public ConfigApplier Applier { get; }

    public TimeProvider Time { get; }

    /// <summary>What is in use.</summary>
    public ConfigEntities? InUse { get; private set; }

    /// <summary>What the compiler says; null for yes.</summary>
    public Func<ConfigEntities, CompileResult?> Judge { get; set; } = _ => null;

    public Task<ApplyOutcome> ApplyAsync(System.Text.Json.Nodes.JsonObject document) => Applier.ApplyAsync(Documents.Message(document), CancellationToken.None).AsTask();

    public StoreLookup<T> Lookup<T>()
        where T : class => new(Store, Catalog, Time);

    /// <summary>Everything that the store holds, as text.</summary>
    public string Contents() => string.Join('\n', Store.Read(Catalog, static (reader, catalog) => catalog.Entities
        .SelectMany(e => (IEnumerable<object>)reader.GetType().GetMethod("All")!.MakeGenericMethod(e.ClrType!).Invoke(reader, [e.Name])!).ToArray())
        .Select(row => System.Text.Json.JsonSerializer.Serialize(row, row.GetType(), Gateway.Schema.Wire.Options)));

    public void Dispose()
    {
        Applier.Dispose();
        Store.Dispose();
    }

    private CompileResult Compile(ConfigEntities entities) => Judge(entities) ?? new CompileResult.Compiled(() => InUse = entities);
}

/// <summary>A plugin that does nothing.</summary>
[Plugin("test-nothing", Priority = 1)]
public sealed class TestNothingPlugin : IAccess<TestNothingConfig>
{
    public ValueTask AccessAsync(Exchange exchange, TestNothingConfig config) => default;
}

/// <summary>Its settings.</summary>
public sealed record TestNothingConfig : Gateway.Schema.IPluginConfig<TestNothingConfig>
{
    public IReadOnlyList<string> Names { get; init; } = ["apikey"];

    [Gateway.Schema.Shows(Gateway.Schema.Shown.NotRequired)] public string? Realm { get; init; }
}
