using System.CommandLine;
using Gateway.Entities.Declarative;
using Gateway.Kong.Configuration;

namespace Gateway.Kong.Commands;

/// <summary><c>kong config convert</c>.</summary>
internal static class ConfigConvertCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var file = new Argument<string>("file") { Description = "The OpenAPI description, YAML or JSON; - is the standard input." };
        var output = ConfigOptions.OutputFile();
        var format = ConfigOptions.Format();
        var tags = new Option<string[]>("--tag") { Description = "A tag for every entity; may be given several times.", HelpName = "tag", DefaultValueFactory = _ => [] };
        var command = new Command("convert", "Make a declarative file of an OpenAPI 3 description: a service for its servers, a route for each operation.") { file, output, format, tags };
        command.SetAction((result, cancellation) => ConfigOptions.RunAsync(context, async () =>
        {
            var name = result.GetValue(file)!;
            var text = name is "-" ? await Console.In.ReadToEndAsync(cancellation) : await File.ReadAllTextAsync(name, cancellation);
            var description = DeclarativeText.Read(text, out var error) ?? throw new ConfigFailure($"{name}: {error}");
            var document = OpenApiConverter.Convert(description, result.GetValue(tags)!);
            await ConfigOptions.WriteAsync(context, document, result.GetValue(output)!, result.GetValue(format)!, cancellation);
            return 0;
        }));
        return command;
    }
}
