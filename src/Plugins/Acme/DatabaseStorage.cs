using Gateway.Schema;

namespace Gateway.Plugins.Acme;

/// <summary>The database as a storage.</summary>
public sealed record DatabaseStorage
{
}
