using System.CommandLine;
using Gateway.Entities;
using Gateway.Entities.Vaults;

namespace Gateway.Kong.Commands;

/// <summary><c>kong vault get</c>.</summary>
internal static class VaultCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var reference = new Argument<string?>("reference")
        {
            Description = "{vault://env/NAME}, or env/NAME, or env/NAME/key.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var (conf, prefix) = (CommonOptions.Conf(), CommonOptions.Prefix());
        var get = new Command("get", "Print the value that a reference leads to.") { reference, conf, prefix };
        get.SetAction(result =>
        {
            if (result.GetValue(reference) is not { } text)
            {
                return context.Fail("the 'get' command needs a <reference> argument \nkong vault get <reference>");
            }

            var read = context.ReadBeside(result.GetValue(conf), result.GetValue(prefix));
            if (read.Settings is not { } settings)
            {
                return context.Fail(read.Errors);
            }

            var full = VaultReference.Is(text) ? text : $"{{vault://{text}}}";
            if (new VaultSecrets(name => context.Environment.GetValueOrDefault(name), settings.Proxy.VaultPrefix, []).Resolve(full, out var error) is not { } value)
            {
                return context.Fail(error!);
            }

            context.Out.WriteLine(value);
            return 0;
        });
        return new Command("vault", "Look up values that settings refer to.") { get };
    }
}
