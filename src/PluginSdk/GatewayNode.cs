namespace Gateway.PluginSdk;

/// <summary>The node that the plugins run on.</summary>
/// <param name="Id">Its id.</param>
/// <param name="HostName">The name of its machine.</param>
public sealed record GatewayNode(Guid Id, string HostName);
