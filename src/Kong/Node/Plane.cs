using Microsoft.Extensions.Hosting;

namespace Gateway.Kong.Node;

/// <summary>One plane of this node: an ASP.NET Core host of its own, with its own services.</summary>
/// <param name="Name">The name for messages.</param>
/// <param name="Host">The host, not yet started.</param>
internal sealed record Plane(string Name, IHost Host);
