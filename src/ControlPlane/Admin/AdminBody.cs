using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Gateway.ControlPlane.Admin;

/// <summary>A request's body: JSON, or form fields that only a schema can give types to.</summary>
internal sealed class AdminBody
{
    private const int MaxFields = 1000;
    private const string Form = "application/x-www-form-urlencoded";
    private static readonly JsonDocumentOptions _json = new() { MaxDepth = 256 };
    private readonly JsonObject? _document;
    private readonly IReadOnlyList<KeyValuePair<string, JsonNode>> _fields = [];

    private AdminBody(JsonObject? document)
    {
        _document = document;
    }

    private AdminBody(IReadOnlyList<KeyValuePair<string, JsonNode>> fields)
    {
        _fields = fields;
    }

    public static AdminBody Empty { get; } = new(document: null);

    /// <summary>A document as if it had been sent.</summary>
    public static AdminBody Of(JsonObject document) => new(document);

    /// <summary>The body as it was sent in JSON, or null when it is none.</summary>
    public JsonObject? Document => _document;

    /// <summary>What stands at the top of a JSON body under a name, or null.</summary>
    public JsonNode? this[string name] => _document?[name];

    /// <summary>The body as a document of an entity.</summary>
    /// <param name="schema">The entity's schema.</param>
    /// <param name="current">The row that the body changes, if it changes one.</param>
    public JsonObject Read(EntitySchema schema, JsonObject? current = null) =>
        (JsonObject?)_document?.DeepClone() ?? FormDecoder.Decode(schema, _fields, current);

    /// <summary>The body as a document of no certain kind: what a form says are texts, but for truth values and nothing.</summary>
    public JsonObject Plain() => (JsonObject?)_document?.DeepClone() ?? FormDecoder.Tree(_fields.Select(f => KeyValuePair.Create(f.Key, Plain(f.Value))));

    /// <summary>A text at the top of the body, or null.</summary>
    public string? Text(string name) => Json.String(_document?[name] ?? _fields.FirstOrDefault(f => f.Key == name).Value);

    /// <summary>The texts at the top of the body under one name: one, a list, or a form's repeated field.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        IReadOnlyList<JsonNode?> nodes = _document is null ? [.. _fields.Where(f => f.Key == name || f.Key == name + "[]").Select(f => f.Value)]
            : _document[name] is JsonArray list ? [.. list]
            : [_document[name]];
        return [.. nodes.Select(Json.String).OfType<string>().Where(t => t.Length > 0)];
    }

    /// <summary>The body of a request, or the answer that refuses it.</summary>
    public static async Task<(AdminBody Body, AdminAnswer? Refusal)> ReadAsync(HttpContext http)
    {
        var types = http.Request.Headers.ContentType;
        if (types.Count > 1)
        {
            return (Empty, new AdminAnswer(StatusCodes.Status400BadRequest) { Text = "Multiple Content-Type headers not allowed" });
        }

        var type = types.ToString();
        using var buffer = new MemoryStream();
        await http.Request.Body.CopyToAsync(buffer, http.RequestAborted);
        if (type.Length is 0)
        {
            return buffer.Length is 0 ? (Empty, null) : (Empty, Unsupported);
        }

        var bytes = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        return type switch
        {
            _ when type.StartsWith("application/json", StringComparison.Ordinal) =>
                Parse(bytes) switch
                {
                    JsonObject document => (new AdminBody(document), null),
                    // Lua cannot tell an empty list from an empty object.
                    JsonArray { Count: 0 } => (new AdminBody(new JsonObject()), null),
                    _ => (Empty, Problem("Cannot parse JSON body")),
                },
            _ when type.StartsWith(Form, StringComparison.Ordinal) => Fields([.. FormDecoder.Split(Encoding.UTF8.GetString(bytes.Span))]),
            _ when type.StartsWith("multipart/form-data", StringComparison.Ordinal) => Fields(await PartsAsync(type, buffer, http.RequestAborted)),
            _ => (Empty, Unsupported),
        };
    }

    private static JsonNode? Plain(JsonNode value) => Json.String(value) switch
    {
        "" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ => value,
    };

    private static AdminAnswer Unsupported { get; } = AdminAnswer.Page(StatusCodes.Status415UnsupportedMediaType, "Unsupported Media Type");

    private static AdminAnswer Problem(string message) => AdminAnswer.Problem(StatusCodes.Status400BadRequest, message);

    private static (AdminBody Body, AdminAnswer? Refusal) Fields(IReadOnlyList<KeyValuePair<string, JsonNode>> fields) =>
        fields.Count > MaxFields ? (Empty, Problem("Too many arguments")) : (new AdminBody(fields), null);

    private static JsonNode? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json, _json);
            return Copy(document.RootElement);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A text with half a surrogate pair.
            return null;
        }
    }

    /// <summary>The element as nodes; of names that come twice the last counts.</summary>
    private static JsonNode? Copy(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var map = new JsonObject();
                foreach (var property in element.EnumerateObject())
                {
                    map[property.Name] = Copy(property.Value);
                }

                return map;
            case JsonValueKind.Array:
                return new JsonArray([.. element.EnumerateArray().Select(Copy)]);
            case JsonValueKind.String:
                return JsonValue.Create(element.GetString());
            case JsonValueKind.Null:
                return null;
            default:
                return JsonValue.Create(element.Clone());
        }
    }

    private static async Task<IReadOnlyList<KeyValuePair<string, JsonNode>>> PartsAsync(string type, MemoryStream body, CancellationToken cancellation)
    {
        var fields = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        if (!MediaTypeHeaderValue.TryParse(type, out var media) || HeaderUtilities.RemoveQuotes(media.Boundary) is not { Length: > 0 } boundary)
        {
            return [];
        }

        body.Position = 0;
        try
        {
            var reader = new MultipartReader(boundary.ToString(), body);
            while (await reader.ReadNextSectionAsync(cancellation) is { } section)
            {
                if (section.GetContentDispositionHeader()?.Name is { Length: > 0 } name)
                {
                    using var text = new StreamReader(section.Body, Encoding.UTF8);
                    // Of parts of one name the last counts.
                    fields[HeaderUtilities.RemoveQuotes(name).ToString()] = JsonValue.Create(await text.ReadToEndAsync(cancellation))!;
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // A body that ends too early holds what came before.
        }

        return [.. fields];
    }
}
