using System.CommandLine;
using System.Text.Json.Nodes;
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
        Description = "Declarative files, YAML or JSON, and folders of them, which together are the configuration; - is the standard input.", Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string[]> _states = new("--state", "-s") { Description = "Another way to name a file.", HelpName = "file", DefaultValueFactory = _ => [] };

    private readonly Option<bool> _onlyDryRun = new("--dry-run") { Description = "Only tell what would change; the exit code is that of 'diff'." };
    private readonly Option<bool> _quiet = new("--quiet", "-q") { Description = "Do not list the changes, only count them." };
    private readonly Option<bool> _json = new("--json-output") { Description = "Tell the changes, their number and what was refused as one JSON object on the standard output." };
    private readonly Option<bool> _noColour = new("--no-color") { Description = "No colours, which only a terminal gets anyway." };
    private readonly Option<int> _parallelism = new("--parallelism")
    {
        Description = "Requests at the same time where the Admin API has no batches.", HelpName = "number", DefaultValueFactory = _ => 10,
    };

    private readonly Option<bool> _noDeletes = new("--no-deletes") { Description = "Leave in place what the files do not name." };

    /// <summary>Makes <c>diff</c>.</summary>
    public static Command Diff(CommandContext context) => new ConfigSyncCommand(context).Build(
        "diff", "Compare a declarative file with a running gateway, through its Admin API; the exit code is 2 when they differ.", writes: false);

    /// <summary>Makes <c>sync</c>.</summary>
    public static Command Sync(CommandContext context) => new ConfigSyncCommand(context).Build(
        "sync", "Make a running gateway, through its Admin API, what a declarative file says: create, update, and delete what the file does not name.", writes: true);

    private Command Build(string name, string description, bool writes)
    {
        var command = new Command(name, description) { _files, _states, _tags, _quiet, _json, _noColour, _noDeletes };
        if (writes)
        {
            command.Options.Add(_onlyDryRun);
            command.Options.Add(_parallelism);
        }

        _target.AddTo(command);
        command.SetAction((result, cancellation) => ConfigOptions.RunAsync(context, () => RunAsync(result, writes && !result.GetValue(_onlyDryRun), cancellation)));
        return command;
    }

    private async Task<int> RunAsync(ParseResult result, bool writes, CancellationToken cancellation)
    {
        string[] names = [.. result.GetValue(_files)!, .. result.GetValue(_states)!];
        if (names.Length is 0)
        {
            throw new ConfigFailure("no file is named; - is the standard input");
        }

        var at = _target.Read(result, context);
        using var connected = new AdminApiClient(at with { Workspace = null });
        var catalog = await ConfigOptions.CatalogAsync(connected, cancellation);
        var template = new FileTemplate(context.Environment);
        var file = StateFileContent.Read(names, result.GetValue(_tags)!, template, catalog, context.Time);
        using var client = new AdminApiClient(at with { Workspace = at.Workspace ?? file.Workspace });
        var current = await GatewayReader.ReadAsync(client, catalog, file.SelectTags, cancellation);
        IReadOnlyList<StateChange> changes = StateDiff.Between(catalog, current, file.State(catalog));
        if (result.GetValue(_noDeletes))
        {
            changes = [.. changes.Where(c => c.Action is not StateAction.Delete)];
        }

        var asJson = result.GetValue(_json);
        var printer = new ChangePrinter(context.Out, ConfigOptions.HasColour(context) && !result.GetValue(_noColour), template.Used);
        if (!result.GetValue(_quiet) && !asJson)
        {
            printer.Print(changes);
        }

        if (writes && changes.Count > 0 && client.Workspace is { } workspace)
        {
            await MakeWorkspaceAsync(connected, workspace, cancellation);
        }

        var refused = writes && changes.Count > 0 ? await ApplyAsync(client, catalog, changes, file.Transforms, writes ? result.GetValue(_parallelism) : 1, cancellation) : [];
        if (asJson)
        {
            printer.PrintJson(changes, refused);
        }

        if (refused.Count > 0)
        {
            return context.Fail([.. refused.Take(MaxRefusals), .. refused.Count > MaxRefusals ? [$"and {refused.Count - MaxRefusals} more"] : Array.Empty<string>()]);
        }

        if (!asJson)
        {
            printer.Summarise(changes);
        }

        return writes || changes.Count is 0 ? 0 : Differs;
    }

    /// <summary>Makes the changes; the answer is what was refused, and what had been done before, in words.</summary>
    private async Task<IReadOnlyList<string>> ApplyAsync(
        AdminApiClient client, EntityCatalog catalog, IReadOnlyList<StateChange> changes, bool transform, int atOnce, CancellationToken cancellation)
    {
        if (atOnce is < 1 or > 100)
        {
            throw new ConfigFailure("--parallelism must be between 1 and 100");
        }

        var applier = new ChangeApplier(client, catalog, atOnce, done => Progress(done, changes.Count));
        if (!transform && changes.Any(c => c.Wanted is not null && c.Kind.Transformations.Any(t => c.Wanted[t.Field] is not null)) && !await applier.HasBatchesAsync(cancellation))
        {
            throw new ConfigFailure("the file holds passwords as hashes (_transform: false), which this Admin API would hash once more; write the passwords themselves, or leave these credentials out");
        }

        try
        {
            var refused = await applier.ApplyAsync(changes, transform, cancellation);
            return refused.Count > 0 && applier.Made > 0 ? [.. refused, $"{applier.Made} of {changes.Count} changes were made before; run the command again when this is mended"] : refused;
        }
        catch (Exception e) when (e is ConfigFailure or OperationCanceledException)
        {
            return [e is ConfigFailure ? e.Message : "interrupted",
                $"{applier.Made} of {changes.Count} changes are known to be made; what was under way may be made or not: 'kong config diff' tells, and the same command again does the rest"];
        }
    }

    /// <summary>Makes the workspace that is written to, if it is not there yet.</summary>
    private static async Task MakeWorkspaceAsync(AdminApiClient client, string name, CancellationToken cancellation)
    {
        if ((await client.GetAsync($"/workspaces/{Uri.EscapeDataString(name)}", cancellation)).Succeeded)
        {
            return;
        }

        var made = await client.SendAsync(HttpMethod.Post, "/workspaces", new JsonObject { ["name"] = name }, cancellation);
        if (!made.Succeeded)
        {
            throw new ConfigFailure($"the workspace '{name}' cannot be made: {made.Status} {made.Message}");
        }
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
