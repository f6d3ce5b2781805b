namespace Gateway.DataPlane.Config;

/// <summary>The configuration in use. A request reads it once and keeps what it read.</summary>
internal sealed class CurrentSnapshot
{
    private volatile GatewaySnapshot _value = GatewaySnapshot.Empty;

    /// <summary>The configuration in use.</summary>
    public GatewaySnapshot Value => _value;

    /// <summary>Puts another configuration to use; requests in flight keep the old one.</summary>
    /// <param name="snapshot">The configuration.</param>
    public void Use(GatewaySnapshot snapshot) => _value = snapshot;
}
