using Gateway.Schema;

namespace Gateway.Plugins.GrpcGateway;

/// <summary>Which service is translated.</summary>
public sealed record GrpcGatewayConfig : IPluginConfig<GrpcGatewayConfig>
{
    /// <summary>The .proto file.</summary>
    [Shows(Shown.NotRequired)] public string? Proto { get; init; }
}
