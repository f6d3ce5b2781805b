using System.Net;
using System.Net.Sockets;

namespace Gateway.DataPlane.Upstreams.Dns;

/// <summary>The names that are fixed by a file on this machine.</summary>
internal sealed class HostsFile
{
    private readonly Dictionary<string, List<IPAddress>> _names = new(StringComparer.OrdinalIgnoreCase);

    private HostsFile()
    {
    }

    /// <summary>Reads the file; one that cannot be read has no names.</summary>
    /// <param name="path">The file.</param>
    public static HostsFile Load(string path)
    {
        try
        {
            return Parse(File.ReadLines(path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Parse([]);
        }
    }

    /// <summary>Reads lines of the file.</summary>
    /// <param name="lines">The lines.</param>
    public static HostsFile Parse(IEnumerable<string> lines)
    {
        var file = new HostsFile();
        foreach (var line in lines)
        {
            var comment = line.IndexOf('#', StringComparison.Ordinal);
            var words = (comment < 0 ? line : line[..comment]).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || !IPAddress.TryParse(words[0], out var address))
            {
                continue;
            }

            foreach (var name in words[1..])
            {
                file.Add(name, address);
            }
        }

        // The name of this machine is never asked of others.
        if (!file._names.ContainsKey("localhost"))
        {
            file.Add("localhost", IPAddress.Loopback);
        }

        return file;
    }

    /// <summary>The addresses of a name, of one family and of the wanted one where it has both; none when the file does not name it.</summary>
    /// <param name="name">The name.</param>
    /// <param name="family">The wanted family.</param>
    public IReadOnlyList<IPAddress> Find(string name, AddressFamily family)
    {
        if (!_names.TryGetValue(name.TrimEnd('.'), out var addresses))
        {
            return [];
        }

        IPAddress[] wanted = [.. addresses.Where(a => a.AddressFamily == family)];
        return wanted.Length > 0 ? wanted : addresses;
    }

    private void Add(string name, IPAddress address)
    {
        if (!_names.TryGetValue(name, out var addresses))
        {
            _names[name] = addresses = [];
        }

        if (!addresses.Contains(address))
        {
            addresses.Add(address);
        }
    }
}
