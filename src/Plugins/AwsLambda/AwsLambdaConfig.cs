using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.AwsLambda;

/// <summary>Which function answers, and how it is called.</summary>
public sealed record AwsLambdaConfig : IPluginConfig<AwsLambdaConfig>
{
    /// <summary>How long the function may take, in milliseconds.</summary>
    public double Timeout { get; init; } = 60000;

    /// <summary>How long an idle connection is kept, in milliseconds.</summary>
    public double Keepalive { get; init; } = 60000;

    /// <summary>The id of the access key; null takes it from the environment.</summary>
    [Encrypted, Referenceable] public string? AwsKey { get; init; }

    /// <summary>The access key.</summary>
    [Encrypted, Referenceable] public string? AwsSecret { get; init; }

    /// <summary>The role to assume.</summary>
    [Encrypted, Referenceable] public string? AwsAssumeRoleArn { get; init; }

    /// <summary>The name of the assumed role's session.</summary>
    public string? AwsRoleSessionName { get; init; } = "kong";

    /// <summary>The token service, in place of the usual one.</summary>
    [Url] public string? AwsStsEndpointUrl { get; init; }

    /// <summary>The region.</summary>
    [Host] public string? AwsRegion { get; init; }

    /// <summary>The function's name.</summary>
    [Shows(Shown.NotRequired)] public string? FunctionName { get; init; }

    /// <summary>The function's version or alias.</summary>
    public string? Qualifier { get; init; }

    /// <summary>Whether the function's answer is waited for.</summary>
    [OneOf("RequestResponse", "Event", "DryRun")] public string InvocationType { get; init; } = "RequestResponse";

    /// <summary>Whether the end of the function's log comes with the answer.</summary>
    [OneOf("Tail", "None")] public string LogType { get; init; } = "Tail";

    /// <summary>The endpoint's host, in place of the region's.</summary>
    [Host] public string? Host { get; init; }

    /// <summary>The endpoint's port.</summary>
    [Port] public int? Port { get; init; } = 443;

    /// <summary>Whether the endpoint is called without TLS.</summary>
    public bool? DisableHttps { get; init; } = false;

    /// <summary>The status when the function fails; null means 200.</summary>
    [Between(100, 999)] public int? UnhandledStatus { get; init; }

    /// <summary>Whether the function is told the method.</summary>
    public bool? ForwardRequestMethod { get; init; } = false;

    /// <summary>Whether the function is told the path and query.</summary>
    public bool? ForwardRequestUri { get; init; } = false;

    /// <summary>Whether the function is told the headers.</summary>
    public bool? ForwardRequestHeaders { get; init; } = false;

    /// <summary>Whether the function is told the body.</summary>
    public bool? ForwardRequestBody { get; init; } = false;

    /// <summary>Whether the function answers in the form of an API Gateway integration, with status and headers.</summary>
    public bool? IsProxyIntegration { get; init; } = false;

    /// <summary>Whether the function is asked in the form of an API Gateway event.</summary>
    public bool? AwsgatewayCompatible { get; init; } = false;

    /// <summary>A forward proxy on the way to the endpoint.</summary>
    [Url] public string? ProxyUrl { get; init; }

    /// <summary>Whether bodies that do not fit into memory are left out.</summary>
    public bool? SkipLargeBodies { get; init; } = true;

    /// <summary>Whether bodies are sent as base64.</summary>
    public bool? Base64EncodeBody { get; init; } = true;

    /// <summary>The version of the instance's metadata service.</summary>
    [OneOf("v1", "v2")] public string AwsImdsProtocolVersion { get; init; } = "v1";

    /// <summary>Whether empty arrays stay arrays, or become objects as they used to.</summary>
    [OneOf("legacy", "correct")] public string EmptyArraysMode { get; init; } = "legacy";

    static IReadOnlyList<Check> IPluginConfig<AwsLambdaConfig>.PluginChecks =>
    [
        Fields<AwsLambdaConfig>.AllOrNone(c => c.AwsKey, c => c.AwsSecret),
        new CustomCheck(["config.proxy_url"], static plugin =>
            Json.String(plugin["config"]?["proxy_url"]) is { } url && !url.StartsWith("http://", StringComparison.Ordinal) ? "proxy_url scheme must be http" : null),
    ];
}
