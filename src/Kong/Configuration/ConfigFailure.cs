namespace Gateway.Kong.Configuration;

/// <summary>Ends a command on a configuration with one sentence for the person who gave it.</summary>
/// <param name="message">The sentence.</param>
internal sealed class ConfigFailure(string message) : Exception(message);
