using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.PluginSdk;

/// <summary>The arguments in a request's body: of a form, in either encoding, or of a JSON object. Reading holds the body in memory, so that it can still go upstream.</summary>
public sealed class BodyArguments
{
    private readonly Exchange _exchange;
    private readonly JsonObject? _json;
    private readonly MultipartParts? _parts;
    private string? _form;

    private BodyArguments(Exchange exchange, JsonObject? json = null, string? form = null, MultipartParts? parts = null) => (_exchange, _json, _form, _parts) = (exchange, json, form, parts);

    /// <summary>Reads the body.</summary>
    /// <param name="exchange">The request.</param>
    /// <returns>The arguments; none for a body of another kind, one that is not what its type says, and one that is too large.</returns>
    public static async ValueTask<BodyArguments> ReadAsync(Exchange exchange)
    {
        var request = exchange.Http.Request;
        var type = request.ContentType ?? string.Empty;
        var isForm = type.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);
        var isMultipart = type.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase);
        if ((!isForm && !isMultipart && !type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)) || await RequestBody.ReadAsync(exchange) is not { } bytes)
        {
            return new BodyArguments(exchange);
        }

        return isForm ? new BodyArguments(exchange, form: Encoding.UTF8.GetString(bytes.Span))
            : isMultipart ? new BodyArguments(exchange, parts: MultipartParts.Parse(type, bytes))
            : new BodyArguments(exchange, json: Json.TryParse(bytes, out var node) ? node as JsonObject : null);
    }

    /// <summary>The values of an argument.</summary>
    /// <param name="name">The argument.</param>
    public IReadOnlyList<string> Values(string name) => _form is not null ? QueryText.Values(_form, name)
        : _parts is not null ? [.. _parts.Parts.Where(p => p.Name == name).Select(p => p.Value)]
        : _json?[name] switch
        {
            JsonArray several => [.. several.Select(Json.String).OfType<string>()],
            var one when Json.String(one) is { } text => [text],
            _ => [],
        };

    /// <summary>Takes an argument out of the body that goes upstream.</summary>
    /// <param name="name">The argument.</param>
    public void Remove(string name)
    {
        byte[] bytes;
        if (_form is not null)
        {
            _form = QueryText.Without(_form, name);
            bytes = Encoding.UTF8.GetBytes(_form);
        }
        else if (_parts?.Parts.RemoveAll(p => p.Name == name) > 0)
        {
            bytes = _parts.ToBytes();
        }
        else if (_json?.Remove(name) is true)
        {
            bytes = JsonSerializer.SerializeToUtf8Bytes(_json, Wire.Options);
        }
        else
        {
            return;
        }

        RequestBody.Replace(_exchange, bytes);
    }
}
