using Gateway.Schema;

namespace Gateway.Plugins.GrpcWeb;

/// <summary>How browsers speak to the service.</summary>
public sealed record GrpcWebConfig : IPluginConfig<GrpcWebConfig>
{
    /// <summary>The .proto file, for clients that send JSON.</summary>
    [Shows(Shown.NotRequired)] public string? Proto { get; init; }

    /// <summary>Whether the path goes upstream without the route's prefix.</summary>
    [Shows(Shown.NotRequired)] public bool? PassStrippedPath { get; init; }

    /// <summary>The origins that may use the service.</summary>
    [Shows(Shown.NotRequired)] public string? AllowOriginHeader { get; init; } = "*";
}
