using System.Globalization;
using System.Text;

namespace Gateway.ControlPlane.Telemetry;

/// <summary>Writes metrics in Prometheus' text format 0.0.4.</summary>
internal sealed class MetricText
{
    /// <summary>The type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();
    private string _name = "";

    /// <summary>Begins a metric; its samples follow.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    /// <param name="help">What it says.</param>
    public MetricText Metric(string name, string type, string help)
    {
        _name = name;
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        return this;
    }

    /// <summary>Writes one sample of the metric.</summary>
    /// <param name="value">The value.</param>
    /// <param name="labels">The labels.</param>
    public void Sample(double value, params (string Name, string Value)[] labels) => Sample("", value, labels);

    /// <summary>Writes a histogram of the metric.</summary>
    /// <param name="histogram">What was counted.</param>
    /// <param name="bounds">The upper bounds of the buckets, in milliseconds.</param>
    /// <param name="labels">The labels.</param>
    public void Histogram(LatencyHistogram histogram, IReadOnlyList<double> bounds, params (string Name, string Value)[] labels)
    {
        foreach (var bound in bounds)
        {
            Sample("_bucket", histogram.CountUpTo(bound), [.. labels, ("le", bound.ToString(CultureInfo.InvariantCulture))]);
        }

        Sample("_bucket", histogram.Count, [.. labels, ("le", "+Inf")]);
        Sample("_sum", Math.Round(histogram.Sum, 3), labels);
        Sample("_count", histogram.Count, labels);
    }

    public override string ToString() => _text.ToString();

    private void Sample(string suffix, double value, (string Name, string Value)[] labels)
    {
        _text.Append(_name).Append(suffix);
        for (var i = 0; i < labels.Length; i++)
        {
            _text.Append(i is 0 ? '{' : ',').Append(labels[i].Name).Append("=\"")
                .Append(labels[i].Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        _text.Append(labels.Length > 0 ? "} " : " ").Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
