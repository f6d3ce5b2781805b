using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>A server name for which a certificate is shown.</summary>
[Entity("snis", EndpointKey = nameof(Name))]
public sealed record Sni : IDeclared<Sni>
{
    /// <summary>The id of the server name.</summary>
    [Auto] public Id<Sni> Id { get; init; }

    /// <summary>The server name; one <c>*</c> may stand at its left or right end.</summary>
    [Unique(AcrossWorkspaces = true), ServerName] public required string Name { get; init; }

    /// <summary>When it was created.</summary>
    [Auto] public UnixSeconds CreatedAt { get; init; }

    /// <summary>When it was last changed.</summary>
    [Auto] public UnixSeconds UpdatedAt { get; init; }

    /// <summary>Words to find it by.</summary>
    [Tag] public IReadOnlySet<string>? Tags { get; init; }

    /// <summary>The certificate that is shown.</summary>
    public required Id<Certificate> Certificate { get; init; }
}
