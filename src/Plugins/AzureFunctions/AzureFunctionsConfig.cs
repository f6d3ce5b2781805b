using Gateway.Schema;

namespace Gateway.Plugins.AzureFunctions;

/// <summary>Which function answers, and how it is called.</summary>
public sealed record AzureFunctionsConfig : IPluginConfig<AzureFunctionsConfig>
{
    /// <summary>How long the function may take, in milliseconds.</summary>
    public double? Timeout { get; init; } = 600000;

    /// <summary>How long an idle connection is kept, in milliseconds.</summary>
    public double? Keepalive { get; init; } = 60000;

    /// <summary>Whether it is called over TLS.</summary>
    public bool? Https { get; init; } = true;

    /// <summary>Whether its certificate is verified.</summary>
    public bool? HttpsVerify { get; init; } = false;

    /// <summary>The function's key.</summary>
    [Encrypted, Referenceable] public string? Apikey { get; init; }

    /// <summary>The client's id.</summary>
    [Encrypted, Referenceable] public string? Clientid { get; init; }

    /// <summary>The application.</summary>
    public required string Appname { get; init; }

    /// <summary>The domain of the application.</summary>
    public string Hostdomain { get; init; } = "azurewebsites.net";

    /// <summary>The prefix of the function's path.</summary>
    public string? Routeprefix { get; init; } = "api";

    /// <summary>The function.</summary>
    public required string Functionname { get; init; }
}
