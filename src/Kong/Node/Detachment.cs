using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Gateway.Kong.Node;

/// <summary>Leaves the terminal that a process was started from, as a daemon does: its session first, its streams when there is nothing more to tell.</summary>
internal static partial class Detachment
{
    private const int ReadWrite = 2;

    /// <summary>Begins a session of its own, so that no Ctrl-C and no hang-up of the terminal reaches the process.</summary>
    public static void LeaveSession() => _ = SetSession();

    /// <summary>Leads the standard streams nowhere; whoever waits for their end goes on.</summary>
    /// <exception cref="Win32Exception">The system refuses.</exception>
    public static void LeaveStreams()
    {
        var nowhere = Open("/dev/null", ReadWrite);
        for (var stream = 0; stream <= 2; stream++)
        {
            if (nowhere < 0 || Duplicate(nowhere, stream) < 0)
            {
                throw new Win32Exception();
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "setsid", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetSession();

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "dup2", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Duplicate(int from, int to);
}
