namespace Gateway.ControlPlane.Store.Behaviours;

/// <summary>Consumers are also found by their id in another system.</summary>
internal sealed class ConsumerBehaviour : EntityBehaviour
{
    public override string? Filter => "custom_id";
}
