using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.StandardWebhooks;

/// <summary>Which signatures are accepted.</summary>
public sealed record StandardWebhooksConfig : IPluginConfig<StandardWebhooksConfig>
{
    /// <summary>The secret of the signatures.</summary>
    [Encrypted, Referenceable] public required string SecretV1 { get; init; }

    /// <summary>How many seconds a webhook's time may differ.</summary>
    [GreaterThan(-1)] public int ToleranceSecond { get; init; } = 300;
}
