namespace Gateway.Plugins.Common.Redis;

/// <summary>What became of a command.</summary>
/// <typeparam name="T">What the server answers.</typeparam>
/// <param name="Value">The server's answer; null when there is none.</param>
/// <param name="Failure">Why there is none, or null.</param>
/// <param name="WasTried">Whether the server may have done it all the same.</param>
public readonly record struct RedisReply<T>(T? Value, string? Failure, bool WasTried);
