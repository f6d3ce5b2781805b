using Gateway.DataPlane.Routing;

namespace Gateway.DataPlane.Telemetry;

/// <summary>What is counted of a request when it is over.</summary>
/// <param name="Route">The route's plan, or null.</param>
/// <param name="Consumer">The id of who sent it, or the empty one: whoever counts looks at no consumer that nobody has touched for long.</param>
/// <param name="Status">The status of the answer.</param>
/// <param name="IsOwn">Whether the answer is the gateway's own.</param>
/// <param name="Latency">The bucket of its whole time.</param>
/// <param name="Gateway">The bucket of the time before it was handed to the upstream; -1 where it never was.</param>
/// <param name="Upstream">The bucket of the upstream's time; -1 where it gave no answer.</param>
internal readonly record struct AnsweredRequest(RoutePlan? Route, Guid Consumer, short Status, bool IsOwn, short Latency, short Gateway, short Upstream);
