using System.Globalization;

namespace Gateway.ProxyComparison;

/// <summary>Writes tables of medians with their spread.</summary>
internal static class Table
{
    /// <summary>The samples of each proxy, and the ratios of CPU time to some of them.</summary>
    /// <param name="samples">The samples, round by round.</param>
    /// <param name="isCpuOnly">Whether requests per second and latencies tell nothing.</param>
    /// <param name="bases">The names of the proxies that ratios are told to.</param>
    public static void Write(IReadOnlyList<(Target Target, List<Sample> Samples)> samples, bool isCpuOnly, string[] bases)
    {
        var against = samples.Where(s => bases.Contains(s.Target.Name)).ToArray();
        (string Head, Func<Sample, double> Value, string Format)[] times = isCpuOnly ? [] : [("requests/s", s => s.PerSecond, "0"), ("p50 ms", s => s.P50, "0.00"), ("p99 ms", s => s.P99, "0.00")];
        Write(
            ["proxy", "CPU us/request", .. times.Select(t => t.Head), "memory MB", "failed", .. against.Select(b => $"CPU x {b.Target.Name}")],
            samples.Select(s => (string[])
            [
                s.Target.Name,
                Spread(s.Samples.Select(x => x.Cpu), "0.0"),
                .. times.Select(t => Spread(s.Samples.Select(x => (double?)t.Value(x)), t.Format)),
                Spread(s.Samples.Select(x => x.Memory), "0"),
                s.Samples.Sum(x => x.Failed).ToString(CultureInfo.InvariantCulture),
                .. against.Select(b => Spread(s.Samples.Zip(b.Samples, (own, other) => own.Cpu / other.Cpu), "0.000")),
            ]));
    }

    /// <summary>Rows as Markdown, with columns of equal width.</summary>
    public static void Write(string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [head, .. rows];
        var widths = head.Select((_, column) => all.Max(r => r[column].Length)).ToArray();
        foreach (var (index, row) in all.Index())
        {
            Console.WriteLine($"| {string.Join(" | ", row.Select((cell, column) => cell.PadRight(widths[column])))} |");
            if (index is 0)
            {
                Console.WriteLine($"|{string.Join('|', widths.Select(w => new string('-', w + 2)))}|");
            }
        }

        Console.WriteLine();
    }

    /// <summary>The median, and in brackets the lowest and the highest.</summary>
    public static string Spread(IEnumerable<double?> values, string format)
    {
        var sorted = values.OfType<double>().Order().ToArray();
        if (sorted.Length is 0)
        {
            return "-";
        }

        string Text(double value) => value.ToString(format, CultureInfo.InvariantCulture);
        var median = sorted.Length % 2 is 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
        return sorted.Length is 1 ? Text(median) : $"{Text(median)} ({Text(sorted[0])} - {Text(sorted[^1])})";
    }
}
