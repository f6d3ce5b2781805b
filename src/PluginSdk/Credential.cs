namespace Gateway.PluginSdk;

/// <summary>What a request was authenticated with.</summary>
/// <param name="Id">The credential's id.</param>
/// <param name="Identifier">What upstreams are told: <c>X-Credential-Identifier</c>.</param>
/// <param name="ConsumerId">The consumer who owns it, or null.</param>
public sealed record Credential(Guid Id, string Identifier, Guid? ConsumerId);
