using System.Text.Json.Serialization;
using Gateway.Schema;

namespace Gateway.Plugins.CorrelationId;

/// <summary>Which header carries the id, and how one is made.</summary>
public sealed record CorrelationIdConfig : IPluginConfig<CorrelationIdConfig>
{
    /// <summary>The header that carries the id.</summary>
    public string? HeaderName { get; init; } = "Kong-Request-ID";

    /// <summary>How an id is made for a request that carries none.</summary>
    public Generator Generator { get; init; } = Generator.UuidAndCounter;

    /// <summary>Whether the answer carries the id too.</summary>
    public bool EchoDownstream { get; init; }
}

/// <summary>The ways to make an id.</summary>
public enum Generator
{
    /// <summary>A random UUID.</summary>
    Uuid,

    /// <summary>A UUID of this process and a number that grows with every request.</summary>
    [JsonStringEnumMemberName("uuid#counter")]
    UuidAndCounter,

    /// <summary>The address and port that took the request, the process, the connection, its request, and the time.</summary>
    Tracker,
}
