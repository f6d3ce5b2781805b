using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Admin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.ControlPlane.Clustering;

/// <summary>The Admin API's view of the data planes.</summary>
public static class ClusteringEndpoints
{
    private const string NotControlPlane =
        "this endpoint is only available when Kong is configured to run as Control Plane for the cluster";

    /// <summary>Maps <c>/clustering/data-planes</c>, its live feed and <c>/clustering/status</c>; on other roles they answer that there is nothing.</summary>
    /// <param name="endpoints">The Admin API.</param>
    public static IEndpointRouteBuilder MapClusteringEndpoints(this IEndpointRouteBuilder endpoints)
    {
        Map(endpoints, "/clustering/data-planes", ListAsync);
        Map(endpoints, "/clustering/data-planes/live", LiveAsync);
        Map(endpoints, "/clustering/data-planes/{id}", DetailAsync);
        Map(endpoints, "/clustering/status", StatusAsync);
        endpoints.MapLogLevelEndpoints();
        return endpoints;
    }

    private static void Map(IEndpointRouteBuilder endpoints, string path, Func<HttpContext, DataPlaneList, Task> answer)
    {
        endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], http =>
            http.RequestServices.GetService<DataPlaneList>() is { } list
                ? answer(http, list)
                : WriteAsync(http, StatusCodes.Status400BadRequest, new JsonObject { ["message"] = NotControlPlane }));
        endpoints.Map(path, http => (HttpMethods.IsOptions(http.Request.Method)
            ? AdminDispatcher.Options(http, "GET, HEAD, OPTIONS")
            : AdminAnswer.MethodNotAllowed).WriteAsync(http));
    }

    private static async Task ListAsync(HttpContext http, DataPlaneList list)
    {
        if (!TryReadPage(http.Request.Query, out var size, out var after, out var error))
        {
            await WriteAsync(http, StatusCodes.Status400BadRequest, error);
            return;
        }

        var planes = (await list.ReadAsync(http.RequestAborted))
            .Where(p => after is null || string.CompareOrdinal(p.Id.ToString(), after) > 0).Take(size + 1).ToList();
        var page = new JsonObject { ["data"] = new JsonArray([.. planes.Take(size).Select(list.Render)]), ["next"] = null };
        if (planes.Count > size)
        {
            var offset = Convert.ToBase64String(Encoding.ASCII.GetBytes($"[\"{planes[size - 1].Id}\"]")).TrimEnd('=');
            page["offset"] = offset;
            page["next"] = $"/clustering/data-planes?offset={Uri.EscapeDataString(offset)}"
                + (http.Request.Query.ContainsKey("size") ? $"&size={size}" : "");
        }

        await WriteAsync(http, StatusCodes.Status200OK, page);
    }

    private static async Task StatusAsync(HttpContext http, DataPlaneList list)
    {
        http.Response.Headers["Deprecation"] = "true";
        var planes = await list.ReadAsync(http.RequestAborted);
        await WriteAsync(http, StatusCodes.Status200OK, new JsonObject(planes.Select(p => KeyValuePair.Create<string, JsonNode?>(
            p.Id.ToString(), new JsonObject
            {
                ["config_hash"] = p.ConfigHash,
                ["hostname"] = p.Hostname,
                ["ip"] = p.Ip,
                ["last_seen"] = p.LastSeen.ToUnixTimeSeconds(),
            }))));
    }

    private static async Task DetailAsync(HttpContext http, DataPlaneList list)
    {
        var details = http.RequestServices.GetRequiredService<DataPlaneDetails>();
        if (Guid.TryParseExact((string?)http.GetRouteValue("id"), "D", out var id) && await details.ReadAsync(id, http.RequestAborted) is { } plane)
        {
            await WriteAsync(http, StatusCodes.Status200OK, plane);
            return;
        }

        await AdminAnswer.NotFound.WriteAsync(http);
    }

    private static Task LiveAsync(HttpContext http, DataPlaneList list) => EventStream.RunAsync(
        http, stream => http.RequestServices.GetRequiredService<DataPlaneFeed>().RunAsync(stream, list));

    private static bool TryReadPage(IQueryCollection query, out int size, out string? after, out JsonObject error)
    {
        (size, after, error) = (100, null, []);
        if (query.TryGetValue("size", out var text))
        {
            var isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number);
            if (!isNumber || number is < 1 or > 1000 || number != Math.Floor(number))
            {
                error = Error(9, "invalid size", isNumber ? "size must be an integer between 1 and 1000" : "size must be a number");
                return false;
            }

            size = (int)number;
        }

        if (query.TryGetValue("offset", out var offset))
        {
            var token = offset.ToString();
            var bytes = new byte[token.Length];
            if (!Convert.TryFromBase64String(token.PadRight((token.Length + 3) / 4 * 4, '='), bytes, out var length))
            {
                error = Error(7, "invalid offset", $"'{token}' is not a valid offset: bad base64 encoding");
                return false;
            }

            try
            {
                after = JsonSerializer.Deserialize<string[]>(bytes.AsSpan(0, length)) is [var id, ..] ? id : null;
            }
            catch (JsonException)
            {
                error = Error(7, "invalid offset", $"'{token}' is not a valid offset: bad json encoding");
                return false;
            }
        }

        return true;
    }

    private static JsonObject Error(int code, string name, string message) => new() { ["code"] = code, ["name"] = name, ["message"] = message };

    private static Task WriteAsync(HttpContext http, int status, JsonObject body)
    {
        var bytes = Encoding.UTF8.GetBytes(body.ToJsonString());
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.Body.WriteAsync(bytes).AsTask();
    }
}
