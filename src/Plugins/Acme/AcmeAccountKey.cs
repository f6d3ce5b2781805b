using Gateway.Schema;

namespace Gateway.Plugins.Acme;

/// <summary>The key of an account at the authority.</summary>
public sealed record AcmeAccountKey
{
    /// <summary>The key's id.</summary>
    public required string KeyId { get; init; }

    /// <summary>The set that the key is in.</summary>
    public string? KeySet { get; init; }
}
