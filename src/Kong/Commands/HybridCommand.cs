using System.CommandLine;
using Gateway.Kong.Clustering;

namespace Gateway.Kong.Commands;

/// <summary><c>kong hybrid gen_cert</c> and <c>kong hybrid simulate</c>.</summary>
internal static class HybridCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(CommandContext context)
    {
        var certificate = new Argument<string?>("cert")
        {
            Description = "Where the certificate goes (default ./cluster.crt).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var key = new Argument<string?>("key")
        {
            Description = "Where the private key goes (default ./cluster.key).",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var days = new Option<int>("--days", "-d")
        {
            Description = "How many days the certificate is valid (default 1095, three years).",
            HelpName = "days",
            DefaultValueFactory = _ => 1095,
        };
        var generate = new Command("gen_cert", "Generate the certificate and key that control planes and data planes share.\n"
            + "Give both files to every node: KONG_CLUSTER_CERT and KONG_CLUSTER_CERT_KEY. Existing files are never overwritten.")
        {
            certificate, key, days,
        };
        generate.SetAction(result => Run(context, result.GetValue(certificate), result.GetValue(key), result.GetValue(days)));
        return new Command("hybrid", "Utilities for hybrid mode.") { generate, HybridSimulateCommand.Create(context) };
    }

    private static int Run(CommandContext context, string? certificate, string? key, int days)
    {
        if (certificate is null != key is null)
        {
            return context.Fail("both cert and key path needs to be provided");
        }

        if (days is < 1 or > 36_500)
        {
            return context.Fail("days must be between 1 and 36500");
        }

        var (certificatePath, keyPath) = (Path.GetFullPath(certificate ?? "cluster.crt"), Path.GetFullPath(key ?? "cluster.key"));
        foreach (var path in new[] { certificatePath, keyPath })
        {
            if (Path.Exists(path))
            {
                return context.Fail($"{path} already exists.\nWill not overwrite it.");
            }
        }

        try
        {
            ClusterCertificate.Generate(certificatePath, keyPath, days, context.Time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return context.Fail(e.Message);
        }

        context.Out.WriteLine($"Successfully generated certificate/key pairs, they have been written to: '{certificatePath}' and '{keyPath}'.");
        return 0;
    }
}
