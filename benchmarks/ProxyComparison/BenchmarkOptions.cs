using System.Globalization;

namespace Gateway.ProxyComparison;

/// <summary>What a run measures, and how long.</summary>
internal sealed record BenchmarkOptions
{
    public const string Usage = """
        Usage: benchmarks/compare [--scenarios NAME,...] [--rounds N] [--seconds N] [--connections N] [--slice MS] [--kong-url URL [--kong-pid PID]] [--port N]

        Runs this gateway (the real kong process as a data plane, fed from its LMDB cache), a bare YARP forwarder, nginx and HAProxy side by side
        on loopback: the proxy alone on core 0, wrk or h2load and the upstream on core 1, the proxies in turn within each round.
        Prints the median of the rounds and, in brackets, the lowest and the highest.

          --scenarios    some of: bare, plugins, routes, changes, boot, http2, tls, large, idle (default: all)
          --rounds       rounds (5)
          --seconds      seconds per proxy and round (10)
          --connections  keep-alive connections (64)
          --slice        bare, plugins and routes: the proxies take turns every so many milliseconds within a round, not one after the other;
                         on a machine with restless neighbours the ratios spread less, but only CPU and memory are told
          --kong-url     a running Kong whose route / leads to an upstream with a body of 1 KB; takes part in 'bare'
          --kong-pid     its master's process id where it runs here, for CPU and memory
          --environment  NAME=VALUE: measures the gateway in 'bare' once more with this environment variable
          --port         the first of 60 ports that are used (26100)
        """;

    public static IReadOnlyList<string> AllScenarios { get; } = ["bare", "plugins", "routes", "changes", "boot", "http2", "tls", "large", "idle"];

    public IReadOnlyList<string> Scenarios { get; init; } = AllScenarios;

    public int Rounds { get; init; } = 5;

    public int Seconds { get; init; } = 10;

    public int Connections { get; init; } = 64;

    public TimeSpan? Slice { get; init; }

    public Uri? KongUrl { get; init; }

    public int? KongPid { get; init; }

    public (string Name, string Value)? Environment { get; init; }

    public int Port { get; init; } = 26_100;

    /// <summary>Reads the arguments: the options, or what is wrong with them (null when help was asked for).</summary>
    public static (BenchmarkOptions? Options, string? Complaint) Parse(string[] args)
    {
        var options = new BenchmarkOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--help" or "-h")
            {
                return (null, null);
            }

            var (name, value) = args[i].Split('=', 2) is [['-', '-', ..] and var left, var right] ? (left, right) : (args[i], i + 1 < args.Length ? args[++i] : null);
            if (value is null)
            {
                return (null, $"{name} needs a value");
            }

            var number = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : (int?)null;
            switch (name)
            {
                case "--scenarios" when value.Split(',').Except(AllScenarios).FirstOrDefault() is { } unknown:
                    return (null, $"--scenarios: there is no '{unknown}'");
                case "--scenarios":
                    options = options with { Scenarios = value.Split(',') };
                    break;
                case "--kong-url" when Uri.TryCreate(value, UriKind.Absolute, out var url) && url.Scheme is "http":
                    options = options with { KongUrl = url };
                    break;
                case "--kong-url":
                    return (null, $"--kong-url: '{value}' is no http URL");
                case "--environment" when value.Split('=', 2) is [{ Length: > 0 } variable, var setting]:
                    options = options with { Environment = (variable, setting) };
                    break;
                case "--environment":
                    return (null, $"--environment: '{value}' is not NAME=VALUE");
                case "--rounds" or "--seconds" or "--connections" or "--slice" or "--kong-pid" or "--port" when number is null:
                    return (null, $"{name}: '{value}' is no number above 0");
                case "--rounds":
                    options = options with { Rounds = number!.Value };
                    break;
                case "--seconds":
                    options = options with { Seconds = number!.Value };
                    break;
                case "--connections":
                    options = options with { Connections = number!.Value };
                    break;
                case "--slice":
                    options = options with { Slice = TimeSpan.FromMilliseconds(number!.Value) };
                    break;
                case "--kong-pid":
                    options = options with { KongPid = number };
                    break;
                case "--port":
                    options = options with { Port = number!.Value };
                    break;
                default:
                    return (null, $"unknown option '{name}'");
            }
        }

        return (options, null);
    }
}
