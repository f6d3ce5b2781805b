using System.Diagnostics;

namespace Gateway.Testing;

/// <summary>Finds PostgreSQL's programs, and runs them as a user that PostgreSQL accepts (it refuses root).</summary>
public static class PostgresBinaries
{
    /// <summary>The folder that holds <c>initdb</c> and <c>postgres</c>.</summary>
    public static string Folder { get; } = Find();

    /// <summary>A start description for a shell script that runs as the database's user.</summary>
    public static ProcessStartInfo Shell(string script, params string[] arguments)
    {
        string[] command = ["/bin/sh", "-c", script, "sh", .. arguments];
        if (Environment.IsPrivilegedProcess)
        {
            command = ["runuser", "-u", "postgres", "--", .. command];
        }

        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        start.Environment["LC_ALL"] = "C";
        return start;
    }

    private static string Find()
    {
        var candidates = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(d => double.TryParse(Path.GetFileName(d), out var v) ? v : 0)
                .Select(d => Path.Combine(d, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':');
        return candidates.Concat(path).FirstOrDefault(d => File.Exists(Path.Combine(d, "initdb")))
            ?? throw new FileNotFoundException("PostgreSQL is not installed (no initdb): apt-get install postgresql.");
    }
}
