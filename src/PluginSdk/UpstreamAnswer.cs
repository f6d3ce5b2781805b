namespace Gateway.PluginSdk;

/// <summary>The answer of an upstream as a whole, before anything of it is sent; its headers are <see cref="Exchange.ResponseHeaders"/>.</summary>
/// <param name="status">The status.</param>
/// <param name="body">The body.</param>
public sealed class UpstreamAnswer(int status, ReadOnlyMemory<byte> body)
{
    /// <summary>The status that the client gets.</summary>
    public int Status { get; set; } = status;

    /// <summary>The body that the client gets; its length becomes the answer's.</summary>
    public ReadOnlyMemory<byte> Body { get; set; } = body;
}
