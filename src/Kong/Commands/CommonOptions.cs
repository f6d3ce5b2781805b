using System.CommandLine;

namespace Gateway.Kong.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    /// <summary><c>-c</c>.</summary>
    public static Option<string?> Conf() => new("--conf", "-c")
    {
        Description = "Configuration file. Without it: /etc/kong/kong.conf, /etc/kong.conf, if present.",
        HelpName = "file",
    };

    /// <summary><c>-p</c>.</summary>
    public static Option<string?> Prefix() => new("--prefix", "-p")
    {
        Description = "Working directory of the node; overrides the setting 'prefix'.",
        HelpName = "folder",
    };

    /// <summary><c>--db-timeout</c>.</summary>
    public static Option<int?> DbTimeout() => new("--db-timeout")
    {
        Description = "Seconds that a database operation may take.",
        HelpName = "seconds",
    };

    /// <summary><c>--lock-timeout</c>.</summary>
    public static Option<int> LockTimeout() => new("--lock-timeout")
    {
        Description = "Seconds to wait for another node that is running migrations.", HelpName = "seconds", DefaultValueFactory = _ => 60,
    };

    /// <summary>Options of nginx that scripts still pass; accepted and ignored.</summary>
    public static IEnumerable<Option> OfNginx() =>
    [
        new Option<string?>("--nginx-conf") { Hidden = true },
        new Option<string?>("--nginx-conf-flags") { Hidden = true },
    ];
}
