using System.Text;
using System.Text.Json.Nodes;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>What the Admin API answers.</summary>
/// <param name="Status">The status.</param>
/// <param name="Body">The JSON document, or null for none.</param>
internal sealed record AdminAnswer(int Status, JsonNode? Body = null)
{
    /// <summary>A text instead of JSON.</summary>
    public string? Text { get; init; }

    /// <summary>The text's content type.</summary>
    public string TextType { get; init; } = "text/plain; charset=utf-8";

    /// <summary>Seconds after which a client may try again.</summary>
    public int? RetryAfter { get; init; }

    public static AdminAnswer NoContent { get; } = new(StatusCodes.Status204NoContent);

    public static AdminAnswer NotFound { get; } = Problem(StatusCodes.Status404NotFound, "Not found");

    public static AdminAnswer MethodNotAllowed { get; } = Problem(StatusCodes.Status405MethodNotAllowed, "Method not allowed");

    public static AdminAnswer Ok(JsonNode body) => new(StatusCodes.Status200OK, body);

    public static AdminAnswer Created(JsonNode body) => new(StatusCodes.Status201Created, body);

    public static AdminAnswer Problem(int status, string message) => new(status, new JsonObject { ["message"] = message });

    /// <summary>An error before the request is understood, as the web server below Kong shows it.</summary>
    public static AdminAnswer Page(int status, string title)
    {
        var text = $"{status} {title}";
        return new(status)
        {
            Text = $"<html>\r\n<head><title>{text}</title></head>\r\n<body>\r\n<center><h1>{text}</h1></center>\r\n</body>\r\n</html>\r\n",
            TextType = "text/html; charset=UTF-8",
        };
    }

    /// <summary>An error in the form in which the proxy tells its own, with an id by which it can be talked about.</summary>
    public static AdminAnswer Document(int status, string message) => new(status)
    {
        Text = $"{{\n  \"message\":\"{message}\",\n  \"request_id\":\"{Guid.NewGuid():n}\"\n}}",
        TextType = "application/json; charset=utf-8",
    };

    public async Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        if (RetryAfter is { } seconds)
        {
            http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        if (Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(Text ?? Body?.ToJsonString(Wire.Options) ?? string.Empty);
        http.Response.ContentType = Text is null ? "application/json; charset=utf-8" : TextType;
        http.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
        {
            await http.Response.Body.WriteAsync(bytes, http.RequestAborted);
        }
    }
}
