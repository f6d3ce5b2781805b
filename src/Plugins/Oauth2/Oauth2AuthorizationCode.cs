using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.Oauth2;

/// <summary>A code that an application exchanges for a token.</summary>
[Entity("oauth2_authorization_codes", Ttl = true, Exported = false, AdminApi = false)]
public sealed record Oauth2AuthorizationCode : IDeclared<Oauth2AuthorizationCode>
{
    /// <summary>The code's id.</summary>
    [Auto] public Id<Oauth2AuthorizationCode> Id { get; init; }

    /// <summary>When the code was made.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>The service that the code is for; null is every service that shares its tokens.</summary>
    [OnDelete(DeleteAction.Cascade), Shows(Shown.NullDefault)] public Id<Service>? Service { get; init; }

    /// <summary>The application.</summary>
    [OnDelete(DeleteAction.Cascade)] public required Id<Oauth2Credential> Credential { get; init; }

    /// <summary>The code.</summary>
    [Auto, Unique, Shows(Shown.NotRequired)] public string? Code { get; init; }

    /// <summary>Who gave the application leave.</summary>
    [Shows(Shown.NotRequired)] public string? AuthenticatedUserid { get; init; }

    /// <summary>What the application may do.</summary>
    public string? Scope { get; init; }

    /// <summary>What the application must prove to know (RFC 7636).</summary>
    [Shows(Shown.NotRequired)] public string? Challenge { get; init; }

    /// <summary>How it must prove it.</summary>
    [OneOf("S256"), Shows(Shown.NotRequired)] public string? ChallengeMethod { get; init; }

    /// <summary>The instance of the plugin that made the code.</summary>
    [OnDelete(DeleteAction.Cascade), Shows(Shown.NullDefault)] public Id<Plugin>? Plugin { get; init; }
}
