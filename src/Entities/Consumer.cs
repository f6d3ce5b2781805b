using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>Someone who uses the services: an application or a person.</summary>
[Entity("consumers", EndpointKey = nameof(Username))]
public sealed record Consumer : IDeclared<Consumer>
{
    /// <summary>The consumer's id.</summary>
    [Auto] public Id<Consumer> Id { get; init; }

    /// <summary>When the consumer was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When the consumer was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>A name that is unique in the workspace.</summary>
    [Unique] public string? Username { get; init; }

    /// <summary>The consumer's id in another system.</summary>
    [Unique] public string? CustomId { get; init; }

    /// <summary>Words to find the consumer by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    static IReadOnlyList<Check> IDeclared<Consumer>.Checks => [Fields<Consumer>.AtLeastOne(c => c.CustomId, c => c.Username)];
}
