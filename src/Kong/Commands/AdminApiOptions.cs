using System.CommandLine;
using Gateway.Kong.Configuration;

namespace Gateway.Kong.Commands;

/// <summary>The options that name the Admin API a command works on.</summary>
internal sealed class AdminApiOptions
{
    private readonly Option<string> _url = new("--url", "--kong-addr")
    {
        Description = "Address of the Admin API, ours or any that speaks Kong's language.", HelpName = "url", DefaultValueFactory = _ => "http://localhost:8001",
    };

    private readonly Option<string[]> _headers = new("--header", "--headers")
    {
        Description = "A header for every request, such as 'Kong-Admin-Token: ...'; may be given several times. KONG_ADMIN_TOKEN does this for the token.", HelpName = "name:value", DefaultValueFactory = _ => [],
    };

    private readonly Option<string?> _workspace = new("--workspace", "-w") { Description = "The workspace; without it, the default one.", HelpName = "name" };

    private readonly Option<string?> _caFile = new("--ca-cert-file") { Description = "PEM file of the authorities that vouch for the Admin API's certificate.", HelpName = "file" };

    private readonly Option<bool> _skipVerify = new("--tls-skip-verify") { Description = "Take any certificate of the Admin API." };

    private readonly Option<int> _timeout = new("--timeout") { Description = "Seconds that one request may take.", HelpName = "seconds", DefaultValueFactory = _ => 60 };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _url, _headers, _workspace, _caFile, _skipVerify, _timeout })
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The Admin API that was named.</summary>
    /// <exception cref="ConfigFailure">The address or a header is none.</exception>
    public AdminApiTarget Read(ParseResult result, CommandContext context)
    {
        var url = result.GetValue(_url)!;
        if (!Uri.TryCreate(url.Contains("://", StringComparison.Ordinal) ? url : $"http://{url}", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
        {
            throw new ConfigFailure($"'{url}' is not the address of an Admin API; it looks like http://localhost:8001");
        }

        var headers = result.GetValue(_headers)!.Select(Header).ToList();
        if (context.Environment.GetValueOrDefault("KONG_ADMIN_TOKEN") is { Length: > 0 } token && !headers.Exists(h => h.Key.Equals("Kong-Admin-Token", StringComparison.OrdinalIgnoreCase)))
        {
            headers.Add(new("Kong-Admin-Token", token));
        }

        if (result.GetValue(_timeout) is var seconds && seconds is < 1 or > 86_400)
        {
            throw new ConfigFailure("--timeout must be between 1 and 86400 seconds");
        }

        return new AdminApiTarget(address)
        {
            Headers = headers,
            Workspace = result.GetValue(_workspace),
            CaFile = result.GetValue(_caFile),
            SkipVerify = result.GetValue(_skipVerify),
            Timeout = TimeSpan.FromSeconds(seconds),
        };
    }

    private static KeyValuePair<string, string> Header(string text) => text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon
        ? new(text[..colon].Trim(), text[(colon + 1)..].Trim())
        : throw new ConfigFailure($"--header '{text}' is not of the form name:value");
}
