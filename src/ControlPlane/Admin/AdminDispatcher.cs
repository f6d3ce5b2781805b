using System.Diagnostics;
using System.Globalization;
using Gateway.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Gateway.ControlPlane.Admin;

/// <summary>What all paths of the Admin API have in common: headers, methods, bodies, and the answer to a fault.</summary>
internal sealed partial class AdminDispatcher(ControlPlaneOptions options, RequestCount requests, ILogger<AdminDispatcher> logger)
{
    private const int MaxArguments = 1000;
    private static readonly AdminAnswer _unexpected = AdminAnswer.Problem(StatusCodes.Status500InternalServerError, "An unexpected error occurred");

    private static readonly AdminAnswer _foreign = AdminAnswer.Problem(StatusCodes.Status403Forbidden, "a page of another site may not use the Admin API; see admin_gui_url");

    /// <summary>Adds the headers that every answer carries, and answers faults.</summary>
    public async Task DecorateAsync(HttpContext http, RequestDelegate next)
    {
        if (HttpMethods.IsTrace(http.Request.Method))
        {
            await AdminAnswer.Page(StatusCodes.Status405MethodNotAllowed, "Not Allowed").WriteAsync(http);
            return;
        }

        var started = Stopwatch.GetTimestamp();
        requests.Began();
        http.Response.OnStarting(() =>
        {
            var headers = http.Response.Headers;
            headers.Server = Product.ServerToken;
            headers["X-Kong-Admin-Latency"] = ((long)Stopwatch.GetElapsedTime(started).TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
            headers.AccessControlAllowCredentials = "true";
            headers.AccessControlAllowOrigin = AllowedOrigin(http);
            return Task.CompletedTask;
        });
        try
        {
            if (CrossSite.IsRefused(http.Request, options.ManagerOrigins))
            {
                await _foreign.WriteAsync(http);
                return;
            }

            await next(http);
        }
        catch (BadHttpRequestException e)
        {
            await AdminAnswer.Problem(e.StatusCode, e.StatusCode is StatusCodes.Status413PayloadTooLarge ? "Payload too large" : "Bad request").WriteAsync(http);
        }
        catch (Exception e) when (!http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            Log.Fault(logger, http.Request.Method, http.Request.Path, e);
            http.Response.Clear();
            await _unexpected.WriteAsync(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client is gone, and nobody is left to answer.
        }
        finally
        {
            requests.Ended();
        }
    }

    /// <summary>Maps a path, with placeholders, to its methods.</summary>
    public static void Map(IEndpointRouteBuilder endpoints, string path, Resource resource)
    {
        var literals = path.Trim('/').Split('/').Select(s => s.StartsWith('{') ? null : s).ToArray();
        endpoints.Map(path, http => RunAsync(http, literals, resource)).WithMetadata(resource);
    }

    /// <summary>The answer to <c>OPTIONS</c>, preflights included.</summary>
    public static AdminAnswer Options(HttpContext http, string allow)
    {
        var headers = http.Response.Headers;
        headers.Allow = headers.AccessControlAllowMethods = allow;
        headers.AccessControlAllowHeaders = http.Request.Headers.AccessControlRequestHeaders is [{ Length: > 0 } asked] ? asked : "Content-Type";
        return AdminAnswer.NoContent;
    }

    private string AllowedOrigin(HttpContext http)
    {
        var origin = http.Request.Headers.Origin is [{ Length: > 0 } sent] ? sent : null;
        return options.ManagerOrigins.Count is 0 ? origin ?? "*"
            : origin is not null && options.ManagerOrigins.Contains(origin) ? origin
            : options.ManagerOrigins[0];
    }

    private static async Task RunAsync(HttpContext http, string?[] literals, Resource resource)
    {
        var segments = AdminRequest.RawSegmentsOf(http);
        if (literals.Length != segments.Length || literals.Zip(segments).Any(p => p.First is not null && p.First != p.Second))
        {
            await AdminAnswer.NotFound.WriteAsync(http);
            return;
        }

        var answer = await AnswerAsync(http, [.. segments.Select(Uri.UnescapeDataString)], resource);
        await answer.WriteAsync(http);
    }

    private static async Task<AdminAnswer> AnswerAsync(HttpContext http, string[] segments, Resource resource)
    {
        if (http.Request.Query.Sum(q => q.Value.Count) > MaxArguments)
        {
            return AdminAnswer.Problem(StatusCodes.Status400BadRequest, "Too many arguments");
        }

        if (resource.Before is { } before && await before(new AdminRequest(http, segments, AdminBody.Empty)) is { } answer)
        {
            return answer;
        }

        if (HttpMethods.IsOptions(http.Request.Method))
        {
            var known = resource.Known is { } knows ? await knows(new AdminRequest(http, segments, AdminBody.Empty)) : AdminAnswer.NoContent;
            return known.Status < StatusCodes.Status400BadRequest ? Options(http, resource.Allow) : known;
        }

        if (resource.Of(http.Request.Method) is not { } handler)
        {
            return AdminAnswer.MethodNotAllowed;
        }

        if (resource.ReadsBodyItself || !HttpMethods.IsPost(http.Request.Method) && !HttpMethods.IsPut(http.Request.Method) && !HttpMethods.IsPatch(http.Request.Method))
        {
            return await handler(new AdminRequest(http, segments, AdminBody.Empty));
        }

        var (body, refusal) = await AdminBody.ReadAsync(http);
        return refusal ?? await handler(new AdminRequest(http, segments, body));
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Method} {Path} failed")]
        public static partial void Fault(ILogger logger, string method, PathString path, Exception exception);
    }
}
