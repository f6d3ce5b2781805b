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
        var get = new Command("get", "Print the value that a reference leads to.") { reference, CommonOptions.Conf(), CommonOptions.Prefix() };
        get.SetAction(result =>
        {
            if (result.GetValue(reference) is not { } text)
            {
                return context.Fail("the 'get' command needs a <reference> argument");
            }

            var full = VaultReference.Is(text) ? text : $"{{vault://{text}}}";
            var namePrefix = context.Environment.GetValueOrDefault("KONG_VAULT_ENV_PREFIX");
            if (new VaultSecrets(name => context.Environment.GetValueOrDefault(name), namePrefix, []).Resolve(full, out var error) is not { } value)
            {
                return context.Fail(error!);
            }

            context.Out.WriteLine(value);
            return 0;
        });
        return new Command("vault", "Look up values that settings refer to.") { get };
    }
}
