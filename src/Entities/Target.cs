using System.Text.Json.Serialization;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>An address behind an upstream, with its share of the traffic.</summary>
[Entity("targets", EndpointKey = nameof(Address), CacheKey = [nameof(Upstream), nameof(Address)], TopLevel = false)]
public sealed record Target : IDeclared<Target>
{
    /// <summary>The target's id.</summary>
    [Auto] public Id<Target> Id { get; init; }

    /// <summary>When the target was created.</summary>
    [Auto] public UnixTime CreatedAt { get; init; }

    /// <summary>When the target was last changed.</summary>
    [Auto] public UnixTime UpdatedAt { get; init; }

    /// <summary>The upstream it belongs to.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<Upstream> Upstream { get; init; }

    /// <summary>A host name or IP address and a port.</summary>
    [TargetAddress, JsonPropertyName("target")] public required string Address { get; init; }

    /// <summary>The share of the traffic, relative to the other targets' weights; 0 takes the target out.</summary>
    [Between(0, 65535)] public int? Weight { get; init; } = 100;

    /// <summary>Words to find the target by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }
}
