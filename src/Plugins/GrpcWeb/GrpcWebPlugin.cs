using Gateway.PluginSdk;

namespace Gateway.Plugins.GrpcWeb;

/// <summary>Lets browsers use a gRPC service.</summary>
[Plugin("grpc-web", Priority = 3, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class GrpcWebPlugin : IDeclaredOnly<GrpcWebConfig>;
