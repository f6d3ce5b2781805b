using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.PluginSdk;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>Changes the method and the body of a request; a body that is not what its type says stays as it is.</summary>
internal static class BodyTransform
{
    /// <summary>Changes the method; a request whose method has no body takes what its form says into the query.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="method">The method.</param>
    public static async ValueTask ChangeMethodAsync(Exchange exchange, string method)
    {
        exchange.Method = method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsTrace(method))
        {
            await MoveToQueryAsync(exchange);
        }
    }

    /// <summary>Changes the body when it is a form, JSON, or a form in parts; where there was nothing to change it stays as it came.</summary>
    /// <param name="exchange">The request.</param>
    /// <param name="changes">The changes.</param>
    /// <param name="values">What templates look at.</param>
    public static async ValueTask ApplyAsync(Exchange exchange, Changes changes, TemplateValues values)
    {
        var type = exchange.Http.Request.ContentType ?? string.Empty;
        if (KindOf(type) is not { } kind || await RequestBody.ReadAsync(exchange) is not { } body)
        {
            return;
        }

        var changed = kind switch
        {
            BodyKind.Json => JsonBody(body, changes, values),
            BodyKind.Parts => MultipartBody.Change(type, body, changes, values),
            _ => Form(body, changes, values),
        };
        if (changed is not null)
        {
            RequestBody.Replace(exchange, changed);
        }
    }

    private static async ValueTask MoveToQueryAsync(Exchange exchange)
    {
        if (KindOf(exchange.Http.Request.ContentType ?? string.Empty) is BodyKind.Form && await RequestBody.ReadAsync(exchange) is { Length: > 0 } body)
        {
            var query = QueryArguments.Parse(exchange.Query);
            var form = QueryArguments.Parse(Encoding.UTF8.GetString(body.Span));
            foreach (var name in form.Names)
            {
                foreach (var value in form[name]!)
                {
                    query.Append(name, value);
                }
            }

            exchange.Query = query.Encode();
        }
    }

    private static byte[]? Form(ReadOnlyMemory<byte> body, Changes changes, TemplateValues values)
    {
        var arguments = QueryArguments.Parse(Encoding.UTF8.GetString(body.Span));
        return changes.Apply(new QueryParameters(arguments), values) ? Encoding.UTF8.GetBytes(arguments.Encode() ?? string.Empty) : null;
    }

    private static byte[]? JsonBody(ReadOnlyMemory<byte> body, Changes changes, TemplateValues values)
    {
        JsonNode? document = new JsonObject();
        if ((body.Length > 0 && !Json.TryParse(body, out document)) || document is not JsonObject members)
        {
            return null;
        }

        return changes.Apply(new JsonParameters(members), values) ? JsonSerializer.SerializeToUtf8Bytes(members, Wire.Options) : null;
    }

    // Wherever in the header it stands, as the original looks for it.
    private static BodyKind? KindOf(string type) =>
        Is(type, "application/json") ? BodyKind.Json
        : Is(type, "multipart/form-data") ? BodyKind.Parts
        : Is(type, "application/x-www-form-urlencoded") ? BodyKind.Form
        : null;

    private static bool Is(string type, string wanted) => type.Contains(wanted, StringComparison.OrdinalIgnoreCase);

    private enum BodyKind
    {
        Json,
        Parts,
        Form,
    }
}
