using System.Globalization;

namespace Gateway.Kong.Node;

/// <summary>The working directory of a node: its process id, its lock, and what it generated.</summary>
internal sealed class NodePrefix(string path)
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>Whether the folder exists.</summary>
    public bool Exists => Directory.Exists(Path);

    /// <summary>Where the process id is written.</summary>
    public string PidFile => System.IO.Path.Combine(Path, "pids", "kong.pid");

    private string LockFile => System.IO.Path.Combine(Path, "pids", "kong.lock");

    /// <summary>Makes the folders; returns what prevents it, or null.</summary>
    public string? Prepare()
    {
        try
        {
            Directory.CreateDirectory(System.IO.Path.Combine(Path, "pids"));
            Directory.CreateDirectory(System.IO.Path.Combine(Path, "ssl"), Private);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"could not prepare Kong prefix at {Path}: {e.Message}";
        }
    }

    /// <summary>
    /// Takes the folder for this process until it ends; null when another process has it.
    /// A lock, and not the process id, tells whether a node runs: ids are used again, in containers above all.
    /// </summary>
    public IDisposable? TryTake()
    {
        FileStream held;
        try
        {
            held = new FileStream(LockFile, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }

        File.WriteAllText(PidFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n");
        return new Taken(held, PidFile);
    }

    /// <summary>The id of the process that runs here, or null.</summary>
    public int? RunningProcess()
    {
        if (!File.Exists(LockFile) || !IsTaken())
        {
            return null;
        }

        try
        {
            return int.TryParse(File.ReadAllText(PidFile), NumberStyles.Integer, CultureInfo.InvariantCulture, out var id) ? id : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    private bool IsTaken()
    {
        try
        {
            using var probe = new FileStream(LockFile, FileMode.Open, FileAccess.Read, FileShare.Read);
            return false;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private sealed class Taken(FileStream held, string pidFile) : IDisposable
    {
        public void Dispose()
        {
            File.Delete(pidFile);
            held.Dispose();
        }
    }
}
