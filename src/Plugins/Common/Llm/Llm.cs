using System.Linq.Expressions;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Common.Llm;

/// <summary>A model, and how the gateway speaks with it.</summary>
public sealed record Llm : IDeclared<Llm>
{
    /// <summary>The kind of conversation.</summary>
    [OneOf("llm/v1/chat", "llm/v1/completions", "preserve")] public required string RouteType { get; init; }

    /// <summary>How the gateway signs in at the provider.</summary>
    [Shows(Shown.NotRequired)] public LlmAuthentication? Auth { get; init; }

    /// <summary>The model.</summary>
    public required LlmModel Model { get; init; }

    /// <summary>What is logged of conversations.</summary>
    public LlmLogging Logging { get; init; } = new();

    static IReadOnlyList<Check> IDeclared<Llm>.Checks => ChecksOf<Llm>(l => l.Model, l => l.Auth);

    /// <summary>What must hold between the settings of a model, wherever they stand.</summary>
    /// <typeparam name="T">The record that holds them.</typeparam>
    /// <param name="model">Its model.</param>
    /// <param name="auth">Its sign-in.</param>
    internal static IReadOnlyList<Check> ChecksOf<T>(Expression<Func<T, LlmModel>> model, Expression<Func<T, LlmAuthentication?>> auth)
    {
        var (m, a) = (FieldPath.Of(Boxed(model)), FieldPath.Of(Boxed(auth)));
        return
        [
            new ConditionalCheck
            {
                IfField = $"{m}.provider",
                IfMatch = Matcher.Of(new OneOfRule("bedrock", "gemini")),
                ThenField = $"{a}.allow_override",
                ThenMatch = Matcher.Of(new EqualRule(false)),
                ThenError = "bedrock and gemini only support auth.allow_override = false",
            },
            new FieldSetCheck(FieldSet.MutuallyRequired, [$"{a}.header_name", $"{a}.header_value"]),
            new FieldSetCheck(FieldSet.MutuallyRequired, [$"{a}.param_name", $"{a}.param_value", $"{a}.param_location"]),
            Needs("llama2", "llama2_format"), Needs("mistral", "mistral_format"), Needs("anthropic", "anthropic_version"),
            Needs("azure", "azure_instance"), Needs("azure", "azure_api_version"), Needs("azure", "azure_deployment_id"),
            Needs("llama2", "upstream_url", "self-hosted providers/models"),
            new CustomCheck(["route_type", "model", "logging"], Statistics),
        ];

        Check Needs(string provider, string option, string? shown = null) => new ConditionalAtLeastOneOfCheck
        {
            IfField = $"{m}.provider",
            IfMatch = Matcher.Of(new OneOfRule(provider)),
            Then = [$"{m}.options.{option}"],
            ThenError = $"must set %s for {shown ?? provider + " provider"}",
        };
    }

    // Completions of these are answered without a count of tokens.
    private static string? Statistics(JsonObject settings)
    {
        var (provider, route) = (Json.String(settings["model"]?["provider"]), Json.String(settings["route_type"]));
        return Json.Boolean(settings["logging"]?["log_statistics"]) is true && route is "llm/v1/completions" && provider is "anthropic"
            ? $"{provider} does not support statistics when route_type is {route}"
            : null;
    }

    private static Expression<Func<T, object?>> Boxed<T, TValue>(Expression<Func<T, TValue>> property) =>
        Expression.Lambda<Func<T, object?>>(Expression.Convert(property.Body, typeof(object)), property.Parameters);
}
