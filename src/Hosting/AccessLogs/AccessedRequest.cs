using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.AccessLogs;

/// <summary>A request that was answered, as an access log sees it.</summary>
/// <param name="Http">The request and its answer.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Started">When the request came in, in ticks of <see cref="Stopwatch"/>.</param>
/// <param name="BodyBytes">How many bytes of the answer's body were sent.</param>
public readonly record struct AccessedRequest(HttpContext Http, int Status, long Started, long BodyBytes)
{
    /// <summary>The client; null is the other end of the connection.</summary>
    public IPAddress? Client { get; init; }

    /// <summary>The id under which the gateway knows the request, or null.</summary>
    public string? RequestId { get; init; }

    /// <summary>The status that the upstream gave; 0 when it was not asked.</summary>
    public int UpstreamStatus { get; init; }

    /// <summary>How long the upstream took to begin its answer; null when it was not asked.</summary>
    public TimeSpan? UpstreamTime { get; init; }
}
