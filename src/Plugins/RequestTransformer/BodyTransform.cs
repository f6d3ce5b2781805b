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
    /// <summary>Changes the method, and the body when it is a form, JSON, or a form in parts.</summary>
    public static async ValueTask ApplyAsync(Exchange exchange, TransformPlan plan, TemplateValues values)
    {
        var type = exchange.Http.Request.ContentType ?? string.Empty;
        var isForm = Is(type, "application/x-www-form-urlencoded");
        if (plan.Method is { } method)
        {
            exchange.Method = method;
            if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsTrace(method))
            {
                await MoveToQueryAsync(exchange, isForm);
                return;
            }
        }

        if (plan.Body.IsEmpty || !(isForm || Is(type, "application/json") || Is(type, "multipart/form-data")) || await RequestBody.ReadAsync(exchange) is not { } body)
        {
            return;
        }

        var changed = isForm ? Form(body, plan.Body, values) : Is(type, "application/json") ? JsonBody(body, plan.Body, values) : MultipartBody.Change(type, body, plan.Body, values);
        if (changed is not null)
        {
            RequestBody.Replace(exchange, changed);
        }
    }

    /// <summary>A request of a method that has no body takes what its form says into the query.</summary>
    private static async ValueTask MoveToQueryAsync(Exchange exchange, bool isForm)
    {
        if (isForm && await RequestBody.ReadAsync(exchange) is { Length: > 0 } body)
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

    private static byte[] Form(ReadOnlyMemory<byte> body, Changes changes, TemplateValues values)
    {
        var arguments = QueryArguments.Parse(Encoding.UTF8.GetString(body.Span));
        changes.Apply(new QueryParameters(arguments), values);
        return Encoding.UTF8.GetBytes(arguments.Encode() ?? string.Empty);
    }

    private static byte[]? JsonBody(ReadOnlyMemory<byte> body, Changes changes, TemplateValues values)
    {
        JsonNode? document = new JsonObject();
        if ((body.Length > 0 && !Json.TryParse(body, out document)) || document is not JsonObject members)
        {
            return null;
        }

        changes.Apply(new JsonParameters(members), values);
        return JsonSerializer.SerializeToUtf8Bytes(members, Wire.Options);
    }

    private static bool Is(string type, string wanted) => type.StartsWith(wanted, StringComparison.OrdinalIgnoreCase);
}
