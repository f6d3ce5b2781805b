using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>WebAssembly filters of a route or service. This gateway runs none, as the original does with <c>wasm = off</c>.</summary>
[Entity("filter_chains", EndpointKey = nameof(Name), AdminName = "filter-chains", CacheKey = [nameof(Route), nameof(Service)],
    Stored = false, Unavailable = "this endpoint is only available when wasm is enabled")]
public sealed record FilterChain : IDeclared<FilterChain>
{
    /// <summary>The chain's id.</summary>
    [Auto] public Id<FilterChain> Id { get; init; }

    /// <summary>A name that is unique in the workspace.</summary>
    [Unique, Name] public string? Name { get; init; }

    /// <summary>Whether it runs at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The route that it is bound to.</summary>
    [Unique, OnDelete(DeleteAction.Cascade), Shows(Shown.NullDefault)] public Id<Route>? Route { get; init; }

    /// <summary>The service that it is bound to.</summary>
    [Unique, OnDelete(DeleteAction.Cascade), Shows(Shown.NullDefault)] public Id<Service>? Service { get; init; }

    /// <summary>The filters, in the order in which they run.</summary>
    [MinLength(1, On = Level.Field)] public required IReadOnlyList<Filter> Filters { get; init; }

    /// <summary>When the chain was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the chain was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>Words to find the chain by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    static IReadOnlyList<Check> IDeclared<FilterChain>.Checks =>
    [
        Fields<FilterChain>.AtMostOne(c => c.Service, c => c.Route),
        Fields<FilterChain>.AtLeastOne(c => c.Service, c => c.Route),
        new CustomCheck(["filters"], _ => "wasm support is not enabled", runWithInvalidFields: true),
    ];
}

/// <summary>One filter of a chain.</summary>
public sealed record Filter : IDeclared<Filter>
{
    /// <summary>The filter's name; none is installed.</summary>
    [OneOf, Says("no such filter")] public required string Name { get; init; }

    /// <summary>Whether it runs at all.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>The filter's own settings.</summary>
    [Shows(Shown.NotRequired), ShowsAlso("json_schema", """
        {"parent_subschema_key": "name", "namespace": "proxy-wasm-filters", "optional": true,
         "default": {"$schema": "http://json-schema.org/draft-04/schema#", "type": ["string", "null"]}}
        """)]
    public JsonNode? Config { get; init; }
}
