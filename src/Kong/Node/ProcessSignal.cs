using System.Runtime.InteropServices;

namespace Gateway.Kong.Node;

/// <summary>Sends a POSIX signal to another process.</summary>
internal static partial class ProcessSignal
{
    /// <summary>Reload.</summary>
    public const int Hangup = 1;

    /// <summary>Finish all requests, then end.</summary>
    public const int Quit = 3;

    /// <summary>End within the grace period.</summary>
    public const int Terminate = 15;

    /// <summary>Sends the signal; false when the process is gone or not ours.</summary>
    public static bool Send(int process, int signal) => Kill(process, signal) == 0;

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int process, int signal);
}
