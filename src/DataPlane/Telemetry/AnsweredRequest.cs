using Gateway.DataPlane.Routing;

namespace Gateway.DataPlane.Telemetry;

/// <summary>What is counted of a request when it is over, and for whom.</summary>
/// <param name="Route">The route's plan, or null.</param>
/// <param name="Consumer">The id of who sent it, or the empty one: whoever counts looks at no consumer that nobody has touched for long.</param>
/// <param name="Note">What is counted.</param>
internal readonly record struct AnsweredRequest(RoutePlan? Route, Guid Consumer, RequestNote Note);
