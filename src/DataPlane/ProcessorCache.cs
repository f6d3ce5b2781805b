using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Gateway.DataPlane;

/// <summary>Asks the processor for memory that is going to be looked at, so that several misses of its caches are waited for at the same time and not one after the other.</summary>
internal static class ProcessorCache
{
    private const int Line = 64;

    /// <summary>Has an object fetched; where the processor cannot be asked, nothing happens.</summary>
    /// <param name="soon">What is looked at soon; null for nothing. It should not be longer than two lines of 64 octets.</param>
    public static unsafe void Fetch(object? soon)
    {
        if (Sse.IsSupported)
        {
            // It does no harm when the object is moved meanwhile: no address is wrong here, not even that of null.
            var address = Unsafe.As<object?, nint>(ref soon);
            Sse.Prefetch0((void*)address);
            Sse.Prefetch0((void*)(address + Line));
        }
    }
}
