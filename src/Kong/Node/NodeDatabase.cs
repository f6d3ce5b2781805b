using Gateway.Kong.Commands;
using Gateway.Kong.Settings;

namespace Gateway.Kong.Node;

/// <summary>The database as the commands see it.</summary>
internal static class NodeDatabase
{
    /// <summary>Migrates when asked to, and judges whether the schema is one that this version can run on: null, or what to do.</summary>
    public static Task<string?> PrepareAsync(KongSettings settings, StartChoices choices, CommandContext context, CancellationToken cancellation) =>
        Task.FromResult<string?>(null);

    /// <summary>Runs one verb of <c>kong migrations</c>; returns its exit code.</summary>
    public static Task<int> RunAsync(KongSettings settings, string verb, MigrationChoices choices, TextWriter output, CancellationToken cancellation) => Task.FromResult(1);
}

/// <summary>What the options of <c>kong migrations</c> choose.</summary>
internal sealed record MigrationChoices(bool Force, TimeSpan? DatabaseTimeout, TimeSpan LockTimeout, string? AdminPassword);
