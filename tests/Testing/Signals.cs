using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.Testing;

/// <summary>Sends POSIX signals, and finds the children that must get them too.</summary>
public static class Signals
{
    public const int Hangup = 1;
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int User1 = 10;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends a signal; false when there is no such process.</summary>
    public static bool Send(int process, int signal) => kill(process, signal) == 0;

    /// <summary>Whether a process of this id exists.</summary>
    public static bool Exists(int process) => Directory.Exists($"/proc/{process}");

    /// <summary>The process and all its descendants, parents first.</summary>
    public static IReadOnlyList<int> Family(int process)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .ToLookup(ParentOf);
        var family = new List<int> { process };
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(children[family[i]]);
        }

        return family;
    }

    private static int ParentOf(int process)
    {
        try
        {
            // "<pid> (<name, which may hold blanks and brackets>) <state> <ppid> ..."
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return -1;
        }
        catch (UnauthorizedAccessException)
        {
            return -1;
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}
