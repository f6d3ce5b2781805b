using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Plugins;
using Gateway.Schema;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DataPlane.Tests.Config;

/// <summary>A store with an applier on it, whose compiler keeps what it was given.</summary>
public sealed class TestPlane : IDisposable
{
    public TestPlane(string folder, TimeProvider? time = null, long mapSize = 1 << 20, ILogger<ConfigStore>? logger = null)
    {
        Time = time ?? TimeProvider.System;
        Store = ConfigStore.Open(folder, logger ?? NullLogger<ConfigStore>.Instance, Time, mapSize);
        Applier = new ConfigApplier(Store, BundledPlugins.Catalog.Entities, Compile, Time, NullLogger<ConfigApplier>.Instance);
    }

    public ConfigStore Store { get; }

    public ConfigApplier Applier { get; }

    public TimeProvider Time { get; }

    /// <summary>What is in use.</summary>
    public ConfigEntities? InUse { get; private set; }

    /// <summary>What the compiler says; null for yes.</summary>
    public Func<ConfigEntities, CompileResult?> Judge { get; set; } = _ => null;

    public Task<ApplyOutcome> ApplyAsync(System.Text.Json.Nodes.JsonObject document) => Applier.ApplyAsync(Documents.Message(document), CancellationToken.None);

    public StoreLookup<T> Lookup<T>()
        where T : class => new(Store, BundledPlugins.Catalog.Entities, Time);

    /// <summary>Everything that the store holds, as text.</summary>
    public string Contents() => string.Join('\n', Store.Read(BundledPlugins.Catalog.Entities, static (reader, catalog) => catalog.Entities
        .SelectMany(e => (IEnumerable<object>)reader.GetType().GetMethod("All")!.MakeGenericMethod(e.ClrType!).Invoke(reader, [e.Name])!).ToArray())
        .Select(row => System.Text.Json.JsonSerializer.Serialize(row, row.GetType(), Wire.Options)));

    public void Dispose()
    {
        Applier.Dispose();
        Store.Dispose();
    }

    private CompileResult Compile(ConfigEntities entities) => Judge(entities) ?? new CompileResult.Compiled(() => InUse = entities);
}
