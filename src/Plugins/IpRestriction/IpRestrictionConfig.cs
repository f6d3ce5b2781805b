using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.IpRestriction;

/// <summary>Which addresses are let in and which are not.</summary>
public sealed record IpRestrictionConfig : IPluginConfig<IpRestrictionConfig>
{
    /// <summary>Addresses and ranges that are let in; everyone else is refused.</summary>
    [IpOrCidr] public IReadOnlyList<string>? Allow { get; init; }

    /// <summary>Addresses and ranges that are refused, even when they are let in too.</summary>
    [IpOrCidr] public IReadOnlyList<string>? Deny { get; init; }

    /// <summary>The status of refused requests; 403 when there is none.</summary>
    [Shows(Shown.NotRequired)] public double? Status { get; init; }

    /// <summary>The message of refused requests; one that names the address when there is none.</summary>
    [Shows(Shown.NotRequired)] public string? Message { get; init; }

    static IReadOnlyList<Check> IPluginConfig<IpRestrictionConfig>.PluginChecks => [Fields<IpRestrictionConfig>.AtLeastOne(c => c.Allow, c => c.Deny)];
}
