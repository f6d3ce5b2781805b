using System.CommandLine;
using Gateway.Kong.Configuration;

namespace Gateway.Kong.Commands;

/// <summary><c>kong config dump</c>.</summary>
internal static class ConfigDumpCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var target = new AdminApiOptions();
        var output = ConfigOptions.OutputFile();
        var format = ConfigOptions.Format();
        var tags = ConfigOptions.SelectTags();
        var withIds = new Option<bool>("--with-id") { Description = "Write the id of every entity, not only of those without a name." };
        var skipDefaults = new Option<bool>("--skip-defaults") { Description = "Leave out what a gateway would take by itself." };
        var command = new Command("dump", "Write the configuration of a running gateway, read through its Admin API, as a declarative file.") { output, format, tags, withIds, skipDefaults };
        target.AddTo(command);
        command.SetAction((result, cancellation) => ConfigOptions.RunAsync(context, async () =>
        {
            var at = target.Read(result, context);
            using var connected = new AdminApiClient(at with { Workspace = null });
            var catalog = await ConfigOptions.CatalogAsync(connected, cancellation);
            using var client = new AdminApiClient(at);
            var select = result.GetValue(tags)!;
            var state = await GatewayReader.ReadAsync(client, catalog, select, cancellation);
            var document = StateFile.Write(catalog, state, new StateFileForm
            {
                SelectTags = select, Workspace = at.Workspace, WithIds = result.GetValue(withIds), SkipDefaults = result.GetValue(skipDefaults),
            });
            await ConfigOptions.WriteAsync(context, document, result.GetValue(output)!, result.GetValue(format)!, cancellation);
            return 0;
        }));
        return command;
    }
}
