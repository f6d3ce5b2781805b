using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.WebUtilities;

namespace Gateway.Echo;

/// <summary>The answers, in the shape that users of httpbin know.</summary>
internal static class Endpoints
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Everything about the request.</summary>
    public static async Task<IResult> AnythingAsync(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var data = await reader.ReadToEndAsync(http.RequestAborted);
        var answer = new JsonObject
        {
            ["method"] = http.Request.Method,
            ["url"] = http.Request.GetEncodedUrl(),
            ["args"] = ToJson(QueryHelpers.ParseQuery(http.Request.QueryString.Value)),
            ["headers"] = ToJson(http.Request.Headers),
            ["origin"] = http.Connection.RemoteIpAddress?.ToString(),
            ["data"] = data,
        };
        if (http.Request.HasJsonContentType() && TryParse(data, out var json))
        {
            answer["json"] = json;
        }

        return Results.Text(answer.ToJsonString(_json), "application/json");
    }

    /// <summary>The request's headers.</summary>
    public static IResult Headers(HttpContext http) =>
        Results.Text(new JsonObject { ["headers"] = ToJson(http.Request.Headers) }.ToJsonString(_json), "application/json");

    /// <summary>An empty answer with a status.</summary>
    public static IResult Status(int code) => code is >= 200 and <= 599 ? Results.StatusCode(code) : Results.BadRequest();

    /// <summary>The same as <see cref="AnythingAsync"/>, some seconds later; at most a minute.</summary>
    public static async Task<IResult> DelayAsync(HttpContext http, double seconds)
    {
        await Task.Delay(TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 60)), http.RequestAborted);
        return await AnythingAsync(http);
    }

    private static JsonObject ToJson(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> values)
    {
        var json = new JsonObject();
        foreach (var (name, all) in values.OrderBy(v => v.Key, StringComparer.OrdinalIgnoreCase))
        {
            json[name] = all.Count == 1 ? all[0] : new JsonArray([.. all.Select(v => (JsonNode?)v)]);
        }

        return json;
    }

    private static bool TryParse(string text, out JsonNode? json)
    {
        try
        {
            json = JsonNode.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            json = null;
            return false;
        }
    }
}
