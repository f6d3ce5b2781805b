using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Schema;

namespace Gateway.DataPlane.Proxy;

/// <summary>The form of an error: a content type, and a text with places for the message and for the request's id.</summary>
internal sealed class ErrorPage
{
    private readonly Func<string, string> _escape;
    private readonly string[] _parts;

    private ErrorPage(string contentType, string template, Func<string, string> escape)
    {
        ContentType = contentType;
        _parts = template.Split("%s").Select(p => p.Replace("%%", "%", StringComparison.Ordinal)).ToArray();
        _escape = escape;
    }

    /// <summary>The form of gRPC, whose errors travel in headers.</summary>
    public static ErrorPage Grpc { get; } = new(string.Empty, string.Empty, static m => m);

    /// <summary>The content type.</summary>
    public string ContentType { get; }

    /// <summary>JSON.</summary>
    /// <param name="template">The text, with <c>%s</c> for the message and for the id; null for the product's own.</param>
    public static ErrorPage Json(string? template) =>
        new("application/json; charset=utf-8", template ?? "{\n  \"message\":\"%s\",\n  \"request_id\":\"%s\"\n}", static m => JsonEncodedText.Encode(m, Wire.Options.Encoder).ToString());

    /// <summary>Plain text.</summary>
    /// <param name="template">The text, as above.</param>
    public static ErrorPage Plain(string? template) => new("text/plain; charset=utf-8", template ?? "%s\nrequest_id: %s\n", static m => m);

    /// <summary>XML.</summary>
    /// <param name="template">The text, as above.</param>
    public static ErrorPage Xml(string? template) => new(
        "application/xml; charset=utf-8",
        template ?? "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error>\n  <message>%s</message>\n  <requestid>%s</requestid>\n</error>\n",
        static m => WebUtility.HtmlEncode(m));

    /// <summary>HTML.</summary>
    /// <param name="template">The text, as above.</param>
    public static ErrorPage Html(string? template) => new(
        "text/html; charset=utf-8",
        template ?? "<!doctype html>\n<html>\n  <head>\n    <meta charset=\"utf-8\">\n    <title>Error</title>\n  </head>\n  <body>\n    <h1>Error</h1>\n    <p>%s.</p>\n    <p>request_id: %s</p>\n  </body>\n</html>\n",
        static m => WebUtility.HtmlEncode(m));

    /// <summary>The body.</summary>
    /// <param name="message">The message.</param>
    /// <param name="requestId">The request's id.</param>
    public byte[] Body(string message, string requestId) => Encoding.UTF8.GetBytes(_parts.Length switch
    {
        1 => _parts[0],
        2 => string.Concat(_parts[0], _escape(message), _parts[1]),
        _ => string.Concat(_parts[0], _escape(message), _parts[1], string.Concat(requestId, string.Join("%s", _parts[2..]))),
    });
}
