using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Admin;
using Gateway.Sync.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.ControlPlane.Clustering;

/// <summary>Shows and changes the log level of a connected data plane.</summary>
internal static class LogLevelEndpoints
{
    private const string Path = "/clustering/data-planes/{id:guid}/log-level";

    /// <summary>Maps the path; GET shows the level, PUT changes it for a time, DELETE puts it back.</summary>
    public static void MapLogLevelEndpoints(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapMethods(Path, [HttpMethods.Get, HttpMethods.Head], (HttpContext http, Guid id) => ShowAsync(http, id));
        endpoints.MapMethods(Path, [HttpMethods.Put], (HttpContext http, Guid id) => ChangeAsync(http, id));
        endpoints.MapMethods(Path, [HttpMethods.Delete], (HttpContext http, Guid id) => SetAsync(http, id, null, 0, AdminAnswer.NoContent));
        endpoints.Map(Path, http => (HttpMethods.IsOptions(http.Request.Method)
            ? AdminDispatcher.Options(http, "GET, HEAD, PUT, DELETE, OPTIONS")
            : AdminAnswer.MethodNotAllowed).WriteAsync(http));
    }

    private static async Task ShowAsync(HttpContext http, Guid id)
    {
        var (result, error) = await CallAsync(http, id, SyncMethods.GetLogLevel, static _ => { });
        await (error is null ? new AdminAnswer(StatusCodes.Status200OK, JsonObject.Create(result)) : Failure(error)).WriteAsync(http);
    }

    private static async Task ChangeAsync(HttpContext http, Guid id)
    {
        JsonNode? body = null;
        try
        {
            body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
        }
        catch (JsonException)
        {
            // As without a body.
        }

        var level = body is JsonObject fields && fields["current_level"] is JsonValue text && text.TryGetValue<string>(out var name) ? name : null;
        if (level is null)
        {
            await AdminAnswer.Problem(StatusCodes.Status400BadRequest, "Required parameter \"current_level\" is missing.").WriteAsync(http);
            return;
        }

        int? seconds = null;
        if (((JsonObject)body!)["timeout"] is { } timeout)
        {
            if (!double.TryParse(timeout.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number is < 0 or > int.MaxValue)
            {
                await AdminAnswer.Problem(StatusCodes.Status400BadRequest, "Parameter \"timeout\" must be a number of seconds.").WriteAsync(http);
                return;
            }

            seconds = (int)Math.Ceiling(number);
        }

        await SetAsync(http, id, level, seconds, new AdminAnswer(StatusCodes.Status201Created));
    }

    private static async Task SetAsync(HttpContext http, Guid id, string? level, int? seconds, AdminAnswer done)
    {
        var (_, error) = await CallAsync(http, id, SyncMethods.SetLogLevel, json =>
        {
            json.WriteStringValue(level ?? "notice");
            if (seconds is { } number)
            {
                json.WriteNumberValue(number);
            }
        });
        await (error is null ? done : Failure(error)).WriteAsync(http);
    }

    private static Task<(JsonElement Result, RpcError? Error)> CallAsync(HttpContext http, Guid id, string method, Action<Utf8JsonWriter> arguments) =>
        http.RequestServices.GetService<DataPlaneCalls>() is { } calls
            ? calls.CallAsync(id, method, arguments, http.RequestAborted)
            : Task.FromResult<(JsonElement, RpcError?)>((default, RpcError.Refused("node is not connected")));

    private static AdminAnswer Failure(RpcError error) => AdminAnswer.Problem(
        error.Message is "node is not connected" ? StatusCodes.Status404NotFound
            : error.Message is "the connection is lost" || error.Message.StartsWith("no answer", StringComparison.Ordinal) ? StatusCodes.Status503ServiceUnavailable
            : StatusCodes.Status400BadRequest,
        error.Message);
}
