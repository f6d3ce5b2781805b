using System.Globalization;
using System.Net;

namespace Gateway.DataPlane.Upstreams.Dns;

/// <summary>What <c>/etc/resolv.conf</c> says.</summary>
internal sealed record ResolvConf
{
    private const int MaxNdots = 15;

    /// <summary>The name servers; the one of this machine where none is named.</summary>
    public IReadOnlyList<IPEndPoint> Servers { get; init; } = [new(IPAddress.Loopback, 53)];

    /// <summary>The domains that short names are tried in.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>How many dots a name has that is tried as it stands first.</summary>
    public int Ndots { get; init; } = 1;

    /// <summary>How long a server has for its answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often the servers are asked in all.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Whether the servers take turns in being first.</summary>
    public bool Rotate { get; init; }

    /// <summary>Reads the file; one that cannot be read says nothing.</summary>
    /// <param name="path">The file.</param>
    public static ResolvConf Load(string path)
    {
        try
        {
            return Parse(File.ReadLines(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ResolvConf();
        }
    }

    /// <summary>Reads lines of the file.</summary>
    /// <param name="lines">The lines.</param>
    public static ResolvConf Parse(IEnumerable<string> lines)
    {
        var conf = new ResolvConf();
        var servers = new List<IPEndPoint>();
        foreach (var line in lines)
        {
            var text = line.AsSpan();
            var comment = text.IndexOfAny('#', ';');
            var words = (comment < 0 ? text : text[..comment]).ToString().Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            conf = words switch
            {
                ["nameserver", var server, ..] => Named(server),
                ["domain", var domain, ..] => conf with { Search = [domain] },
                ["search", .. var domains] => conf with { Search = [.. domains.Select(d => d.Trim('.')).Where(d => d.Length > 0)] },
                ["options", .. var options] => options.Aggregate(conf, Option),
                _ => conf,
            };
        }

        return servers.Count > 0 ? conf with { Servers = servers } : conf;

        ResolvConf Named(string server)
        {
            if (IPAddress.TryParse(server, out var address))
            {
                servers.Add(new IPEndPoint(address, 53));
            }

            return conf;
        }
    }

    private static ResolvConf Option(ResolvConf conf, string option) => option.Split(':') switch
    {
        ["ndots", var text] when TryRead(text, MaxNdots, out var ndots) => conf with { Ndots = ndots },
        ["timeout", var text] when TryRead(text, 30, out var seconds) && seconds > 0 => conf with { Timeout = TimeSpan.FromSeconds(seconds) },
        ["attempts", var text] when TryRead(text, 5, out var attempts) && attempts > 0 => conf with { Attempts = attempts },
        ["rotate"] => conf with { Rotate = true },
        _ => conf,
    };

    private static bool TryRead(string text, int most, out int number)
    {
        var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
        number = Math.Min(number, most);
        return isNumber;
    }
}
