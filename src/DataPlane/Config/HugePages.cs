using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Gateway.DataPlane.Config;

/// <summary>Asks the kernel to keep the managed heap in pages of 2 MiB: requests touch objects all over it, and a small page that the processor does not know costs a walk through the page tables.</summary>
/// <remarks>.NET has large pages only where somebody reserved them beforehand. Transparent ones ask for nothing; a kernel that has none leaves everything as it is.</remarks>
internal static partial class HugePages
{
    // From the kernel's include/uapi/asm-generic/mman-common.h.
    private const int MakeHuge = 14;
    private const int Collapse = 25;
    private const long Size = 2 << 20;

    /// <summary>Advises the kernel on the whole heap, what it will grow into included, and has it put together at once what is in use.</summary>
    public static void Use()
    {
        if (!OperatingSystem.IsLinux() || Heap() is not [var first, .., var last] heap)
        {
            return;
        }

        Advise(first.Start, last.End, MakeHuge);
        foreach (var part in heap.Where(p => p.IsInUse))
        {
            // Kernels before 6.1 cannot; one of their own threads does it then, little by little.
            Advise(part.Start, part.End, Collapse);
        }
    }

    /// <summary>The neighbouring mappings that the collector reserved, among them the one in which objects live.</summary>
    private static List<Mapping> Heap()
    {
        var address = AddressOf(new object());
        List<Mapping> neighbours = [];
        foreach (var mapping in File.ReadLines("/proc/self/maps").Select(Read))
        {
            if (mapping is null || (neighbours is [.., var before] && before.End != mapping.Start))
            {
                if (neighbours.Exists(m => m.Start <= address && address < m.End))
                {
                    return neighbours;
                }

                neighbours.Clear();
            }

            if (mapping is not null)
            {
                neighbours.Add(mapping);
            }
        }

        return [];
    }

    /// <summary>An anonymous private mapping such as <c>7e9b80000000-7e9b80400000 rw-p 00000000 00:00 0</c>, or null.</summary>
    private static Mapping? Read(string line)
    {
        static long Hex(string text) => long.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        return line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var range, var access, _, _, _] && (access is "rw-p" or "---p") && range.Split('-') is [var start, var end]
            ? new Mapping(Hex(start), Hex(end), access is "rw-p")
            : null;
    }

    private static unsafe long AddressOf(object anything) => *(nint*)Unsafe.AsPointer(ref anything);

    private static void Advise(long start, long end, int advice)
    {
        var (from, to) = ((start + Size - 1) / Size * Size, end / Size * Size);
        if (from < to)
        {
            _ = Advise((nint)from, (nint)(to - from), advice);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(nint address, nint length, int advice);

    private sealed record Mapping(long Start, long End, bool IsInUse);
}
