using Gateway.PluginSdk;

namespace Gateway.Plugins.ResponseRatelimiting;

/// <summary>Lets nothing of a body through.</summary>
internal sealed class DroppedBodyStream(Stream next) : BodyFilterStream(next)
{
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;

    public override ValueTask DisposeAsync() => default;
}
