namespace Gateway.DataPlane.Proxy;

/// <summary>A try to reach an upstream, as logs tell of it.</summary>
/// <param name="Address">The address that was tried.</param>
/// <param name="Port">Its port.</param>
/// <param name="Started">When, in ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
/// <param name="Choosing">How long it took to choose the address, in the same ticks.</param>
internal sealed record UpstreamTry(string Address, int Port, long Started, long Choosing = 0)
{
    /// <summary>The status that stands for the try's failure; null when it did not fail.</summary>
    public int? Failure { get; set; }
}
