using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Common.Llm;

/// <summary>How the gateway signs in at a provider.</summary>
public sealed record LlmAuthentication
{
    /// <summary>The header that carries the secret.</summary>
    [Referenceable, Shows(Shown.NotRequired)] public string? HeaderName { get; init; }

    /// <summary>The header's value.</summary>
    [Encrypted, Referenceable, Shows(Shown.NotRequired)] public string? HeaderValue { get; init; }

    /// <summary>The parameter that carries the secret.</summary>
    [Referenceable, Shows(Shown.NotRequired)] public string? ParamName { get; init; }

    /// <summary>The parameter's value.</summary>
    [Encrypted, Referenceable, Shows(Shown.NotRequired)] public string? ParamValue { get; init; }

    /// <summary>Where the parameter goes.</summary>
    [OneOf("query", "body"), Shows(Shown.NotRequired)] public string? ParamLocation { get; init; }

    /// <summary>Whether a Google service account signs in.</summary>
    [Shows(Shown.NotRequired)] public bool? GcpUseServiceAccount { get; init; } = false;

    /// <summary>The service account's JSON.</summary>
    [Referenceable, Shows(Shown.NotRequired)] public string? GcpServiceAccountJson { get; init; }

    /// <summary>The id of the AWS access key.</summary>
    [Encrypted, Referenceable, Shows(Shown.NotRequired)] public string? AwsAccessKeyId { get; init; }

    /// <summary>The AWS access key.</summary>
    [Encrypted, Referenceable, Shows(Shown.NotRequired)] public string? AwsSecretAccessKey { get; init; }

    /// <summary>Whether a client's own credential takes precedence.</summary>
    [Shows(Shown.NotRequired)] public bool? AllowOverride { get; init; } = false;
}
