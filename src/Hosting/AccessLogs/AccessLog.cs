using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Gateway.Hosting.AccessLogs;

/// <summary>Takes note of every answered request of some listeners: one line each, in one form, in one file.</summary>
/// <param name="lines">Where the lines go.</param>
/// <param name="format">Their form.</param>
/// <param name="time">The clock.</param>
public sealed class AccessLog(LogBuffer lines, AccessLogFormat format, TimeProvider time)
{
    /// <summary>Adds the line of a request.</summary>
    /// <param name="request">The request.</param>
    public void Write(in AccessedRequest request) => lines.Add(format.Write(request, time));
}

/// <summary>Lets a host take note of its requests.</summary>
public static class AccessLogMiddleware
{
    /// <summary>Takes note of the requests that come by here.</summary>
    /// <param name="app">The host.</param>
    /// <param name="choose">The log of a request; null takes no note.</param>
    public static IApplicationBuilder UseAccessLog(this IApplicationBuilder app, Func<HttpContext, AccessLog?> choose) =>
        app.Use(next => http => choose(http) is { } log ? HandleAsync(next, http, log) : next(http));

    /// <summary>Takes note of the requests that come by here.</summary>
    /// <param name="app">The host.</param>
    /// <param name="log">The log; null takes no note.</param>
    public static IApplicationBuilder UseAccessLog(this IApplicationBuilder app, AccessLog? log) => log is null ? app : app.UseAccessLog(_ => log);

    private static async Task HandleAsync(RequestDelegate next, HttpContext http, AccessLog log)
    {
        var started = Stopwatch.GetTimestamp();
        var body = CountedBody.Of(http);
        var isFailed = true;
        try
        {
            await next(http);
            isFailed = false;
        }
        finally
        {
            // What is thrown up to the server becomes a 500 there, when nothing was sent yet.
            log.Write(new AccessedRequest(http, isFailed && !http.Response.HasStarted ? 500 : http.Response.StatusCode, started, body.Count));
        }
    }
}
