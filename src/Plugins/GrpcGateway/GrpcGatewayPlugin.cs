using Gateway.PluginSdk;

namespace Gateway.Plugins.GrpcGateway;

/// <summary>Lets REST clients use a gRPC service by the annotations in its .proto file.</summary>
[Plugin("grpc-gateway", Priority = 998, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class GrpcGatewayPlugin : IDeclaredOnly<GrpcGatewayConfig>;
