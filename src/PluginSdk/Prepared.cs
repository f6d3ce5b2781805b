using System.Runtime.CompilerServices;

namespace Gateway.PluginSdk;

/// <summary>What a plugin makes of a configuration once and finds again at every request; it goes when the configuration goes.</summary>
/// <typeparam name="TConfig">The plugin's configuration.</typeparam>
/// <typeparam name="TPlan">What is made of it.</typeparam>
/// <param name="make">Makes it.</param>
public sealed class Prepared<TConfig, TPlan>(Func<TConfig, TPlan> make)
    where TConfig : class
    where TPlan : class
{
    // Keyed by reference: two configurations that read alike are still two.
    private readonly ConditionalWeakTable<TConfig, TPlan> _plans = [];

    /// <summary>What was made of a configuration.</summary>
    /// <param name="config">The configuration.</param>
    public TPlan Of(TConfig config) => _plans.TryGetValue(config, out var plan) ? plan : _plans.GetValue(config, c => make(c));
}
