using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Entities.Declarative;
using Gateway.Kong.Configuration;
using Gateway.Plugins;
using Gateway.Schema;

namespace Gateway.Kong.Commands;

/// <summary>What the commands on a configuration share.</summary>
internal static class ConfigOptions
{
    /// <summary><c>--select-tag</c>.</summary>
    public static Option<string[]> SelectTags() => new("--select-tag")
    {
        Description = "Only entities that carry this tag; given several times, those that carry all of them.", HelpName = "tag", DefaultValueFactory = _ => [],
    };

    /// <summary><c>-o</c>.</summary>
    public static Option<string> OutputFile() => new("--output-file", "-o")
    {
        Description = "Where the configuration goes; - is the standard output.", HelpName = "file", DefaultValueFactory = _ => "-",
    };

    /// <summary><c>--format</c>.</summary>
    public static Option<string> Format()
    {
        var format = new Option<string>("--format") { Description = "yaml or json.", DefaultValueFactory = _ => "yaml" };
        format.AcceptOnlyFromAmong("yaml", "json");
        return format;
    }

    /// <summary>Writes a configuration to the standard output, or to a file that only its owner may read.</summary>
    public static async Task WriteAsync(CommandContext context, JsonObject document, string file, string format, CancellationToken cancellation)
    {
        using var text = new StringWriter();
        if (format is "json")
        {
            await text.WriteLineAsync(document.ToJsonString(new JsonSerializerOptions(Wire.Options) { WriteIndented = true }));
        }
        else
        {
            YamlWriter.Write(text, document);
        }

        if (file is "-")
        {
            await context.Out.WriteAsync(text.ToString());
            return;
        }

        // Credentials and private keys stand in it, so it is never readable to others, not even while it is written.
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite };
        await using var stream = new FileStream(file, options);
        await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellation);
    }

    /// <summary>The kinds of entities as the gateway has them.</summary>
    public static async Task<EntityCatalog> CatalogAsync(AdminApiClient client, CancellationToken cancellation)
    {
        var root = await client.GetAsync("/", cancellation);
        if (!root.Succeeded)
        {
            throw new ConfigFailure($"the Admin API answered {root.Status}: {root.Message}");
        }

        var flavour = Json.String(root.Body?["configuration"]?["router_flavor"]);
        return flavour is "expressions" ? BundledPlugins.Catalog.EntitiesWith(Features.Expressions) : BundledPlugins.Catalog.Entities;
    }

    /// <summary>Does the work of a command; a failure ends it with one sentence and exit code 1.</summary>
    public static async Task<int> RunAsync(CommandContext context, Func<Task<int>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is ConfigFailure or IOException or UnauthorizedAccessException)
        {
            return context.Fail(e.Message);
        }
        catch (OperationCanceledException)
        {
            return context.Fail("interrupted");
        }
    }

    /// <summary>Whether what is written to the standard output may be coloured (see no-color.org).</summary>
    public static bool HasColour(CommandContext context) =>
        ReferenceEquals(context.Out, Console.Out) && !Console.IsOutputRedirected && !context.Environment.ContainsKey("NO_COLOR");
}
