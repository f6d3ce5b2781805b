using System.Globalization;
using Gateway.DataPlane.Config;

namespace Gateway.DataPlane.Tests.Config;

public sealed class HugePagesTests
{
    [Fact]
    public void Heap_OnceAdvised_IsMarkedInTheKernelsBooks()
    {
        HugePages.Use();

        // The collector reserves far more than it uses, and all of it is advised; a kernel without such pages refuses.
        (Advised() > 1L << 30).ShouldBe(File.Exists("/sys/kernel/mm/transparent_hugepage/enabled"));
    }

    /// <summary>Octets of mappings with the flag <c>hg</c>.</summary>
    private static long Advised()
    {
        var (octets, size) = (0L, 0L);
        foreach (var line in File.ReadLines("/proc/self/smaps"))
        {
            if (line.StartsWith("Size:", StringComparison.Ordinal))
            {
                size = long.Parse(line[5..].Replace("kB", null, StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
            }
            else if (line.StartsWith("VmFlags:", StringComparison.Ordinal) && line.Split(' ').Contains("hg"))
            {
                octets += size;
            }
        }

        return octets;
    }
}
