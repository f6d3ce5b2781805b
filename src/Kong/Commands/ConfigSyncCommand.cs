using System.CommandLine;
using Gateway.Entities;
using Gateway.Kong.Configuration;

namespace Gateway.Kong.Commands;

/// <summary><c>kong config diff</c> and <c>kong config sync</c>.</summary>
internal sealed class ConfigSyncCommand(CommandContext context)
{
    /// <summary>The exit code of a comparison that found differences.</summary>
    public const int Differs = 2;

    private const int MaxRefusals = 20;

    private readonly AdminApiOptions _target = new();
    private readonly Option<string[]> _tags = ConfigOptions.SelectTags();
    private readonly Argument<string[]> _files = new("file")
    {
        Description = "Declarative files, YAML or JSON, which together are the configuration; - is the standard input.", Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<bool> _onlyDryRun = new("--dry-run") { Description = "Only tell what would change; the exit code is that of 'diff'." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Do not list the changes, only count them." };
    private readonly Option<bool> _noDeletes = new("--no-deletes") { Description = "Leave in place what the files do not name." };

    /// <summary>Makes <c>diff</c>.</summary>
    public static Command Diff(CommandContext context) => new ConfigSyncCommand(context).Build(
        "diff", "Compare a declarative file with a running gateway, through its Admin API; the exit code is 2 when they differ.", writes: false);

    /// <summary>Makes <c>sync</c>.</summary>
    public static Command Sync(CommandContext context) => new ConfigSyncCommand(context).Build(
        "sync", "Make a running gateway, through its Admin API, what a declarative file says: create, update, and delete what the file does not name.", writes: true);

    private Command Build(string name, string description, bool writes)
    {
        var command = new Command(name, description) { _files, _tags, _quiet, _noDeletes };
        if (writes)
        {
            command.Options.Add(_onlyDryRun);
        }

        _target.AddTo(command);
        command.SetAction((result, cancellation) => ConfigOptions.RunAsync(context, () => RunAsync(result, writes && !result.GetValue(_onlyDryRun), cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, bool writes, CancellationToken cancellation)
    {
        var at = _target.Read(result, context);
        using var connected = new AdminApiClient(at with { Workspace = null });
        var catalog = await ConfigOptions.CatalogAsync(connected, cancellation);
        var file = StateFileContent.Read(result.GetValue(_files)!, result.GetValue(_tags)!, catalog, context.Time);
        using var client = new AdminApiClient(at with { Workspace = at.Workspace ?? file.Workspace });
        var current = await GatewayReader.ReadAsync(client, catalog, file.SelectTags, cancellation);
        IReadOnlyList<StateChange> changes = StateDiff.Between(catalog, current, file.State(catalog));
        if (result.GetValue(_noDeletes))
        {
            changes = [.. changes.Where(c => c.Action is not StateAction.Delete)];
        }

        var printer = new ChangePrinter(context.Out, ConfigOptions.HasColour(context));
        if (!result.GetValue(_quiet))
        {
            printer.Print(changes);
        }

        if (writes && changes.Count > 0 && !await ApplyAsync(client, catalog, changes, file.Transforms, cancellation))
        {
            return 1;
        }

        printer.Summarise(changes);
        return writes || changes.Count is 0 ? 0 : Differs;
    }

    private async Task<bool> ApplyAsync(AdminApiClient client, EntityCatalog catalog, IReadOnlyList<StateChange> changes, bool transform, CancellationToken cancellation)
    {
        var applier = new ChangeApplier(client, catalog, done => Progress(done, changes.Count));
        if (!transform && changes.Any(c => c.Wanted is not null && c.Kind.Transformations.Any(t => c.Wanted[t.Field] is not null)) && !await applier.HasBatchesAsync(cancellation))
        {
            throw new ConfigFailure("the file holds passwords as hashes (_transform: false), which this Admin API would hash once more; write the passwords themselves, or leave these credentials out");
        }

        var refused = await applier.ApplyAsync(changes, transform, cancellation);
        if (refused.Count is 0)
        {
            return true;
        }

        context.Fail([.. refused.Take(MaxRefusals), .. refused.Count > MaxRefusals ? [$"and {refused.Count - MaxRefusals} more"] : Array.Empty<string>()]);
        return false;
    }

    private void Progress(int done, int all)
    {
        // One line for each part; a small change needs none.
        if (all > 1000 && (done == all || done % 1000 is 0))
        {
            context.Error.WriteLine($"{done} of {all} changes made");
        }
    }
}
