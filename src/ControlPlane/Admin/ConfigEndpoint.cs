using System.Text;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Declarative;
using Gateway.ControlPlane.Store;
using Gateway.Entities.Declarative;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.ControlPlane.Admin;

/// <summary><c>/config</c>: the whole configuration of a node without a database, read and replaced at once.</summary>
internal sealed class ConfigEndpoint(StoreRunner runner, DeclarativeNode? node = null)
{
    private const long MaxBody = 1L << 30;
    private static readonly string[] _yaml = ["text/yaml", "application/yaml"];

    private static readonly AdminAnswer _onlyWithoutDatabase = AdminAnswer.Problem(
        StatusCodes.Status400BadRequest, "this endpoint is only available when Kong is configured to not use a database");

    private static readonly AdminAnswer _nothing = AdminAnswer.Problem(StatusCodes.Status400BadRequest, "expected a declarative configuration");

    /// <summary>The path's methods.</summary>
    public Resource Resource => node is null
        ? new Resource { Get = _ => Task.FromResult(_onlyWithoutDatabase), Post = _ => Task.FromResult(_onlyWithoutDatabase) }
        : new Resource { Get = GetAsync, Post = PostAsync, ReadsBodyItself = true };

    private async Task<AdminAnswer> GetAsync(AdminRequest request) => AdminErrors.Answer(await runner.RunAsync<AdminAnswer>(
        async session =>
        {
            var text = new StringWriter { NewLine = "\n" };
            await ConfigDump.WriteAsync(session, text);
            return AdminAnswer.Ok(new JsonObject { ["config"] = text.ToString() });
        },
        request.Cancellation));

    private async Task<AdminAnswer> PostAsync(AdminRequest request)
    {
        // A whole configuration is larger than any entity.
        request.Http.Features.Get<IHttpMaxRequestBodySizeFeature>()!.MaxRequestBodySize = MaxBody;
        using var buffer = new MemoryStream();
        await request.Http.Request.Body.CopyToAsync(buffer, request.Cancellation);
        buffer.Position = 0;
        var (sent, refusal) = await ReadAsync(request.Http, buffer);
        if (refusal is not null)
        {
            return refusal;
        }

        if (sent.Document is not { } document)
        {
            return new AdminAnswer(StatusCodes.Status400BadRequest, DeclarativeErrors.NotReadable(sent.Error!).ToAnswer());
        }

        var checksHash = Option(request, document, "check_hash") is "1";
        var flattens = Option(request, document, "flatten_errors")?.ToLowerInvariant() is "true" or "1" or "on" or "yes";
        if (checksHash && sent.Hash == node!.DataPlane.Hash())
        {
            return new AdminAnswer(StatusCodes.Status304NotModified);
        }

        var (config, errors) = await node!.LoadAsync(document, sent.Hash, request.Cancellation);
        return config is not null ? AdminAnswer.Created(config.ToAnswer())
            : new AdminAnswer(StatusCodes.Status400BadRequest, flattens ? errors!.ToFlattenedAnswer(document, runner.Catalog) : errors!.ToAnswer());
    }

    /// <summary>The document that a body holds: itself, or as a text in the field <c>config</c>.</summary>
    private static async Task<(Sent Sent, AdminAnswer? Refusal)> ReadAsync(HttpContext http, MemoryStream buffer)
    {
        var bytes = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        if (http.Request.Headers.ContentType is [{ } type] && _yaml.Any(y => type.StartsWith(y, StringComparison.Ordinal)))
        {
            return bytes.IsEmpty ? (default, _nothing) : (Read(Encoding.UTF8.GetString(bytes.Span)), null);
        }

        http.Request.Body = buffer;
        var (body, refusal) = await AdminBody.ReadAsync(http);
        if (refusal is not null || bytes.IsEmpty)
        {
            return (default, refusal ?? _nothing);
        }

        return body.Text("config") is { } text ? (Read(text), null)
            : body.Document is { } document ? (new Sent(document, DeclarativeText.Hash(bytes.Span), null), null)
            : (Read(Encoding.UTF8.GetString(bytes.Span)), null);
    }

    private static Sent Read(string text) => new(DeclarativeText.Read(text, out var error), DeclarativeText.Hash(Encoding.UTF8.GetBytes(text)), error);

    /// <summary>An option of the request, in the query or beside the document.</summary>
    private static string? Option(AdminRequest request, JsonObject document, string name)
    {
        var text = document.Remove(name, out var value) && value is not null ? Json.Text(value) : null;
        return request.Query.TryGetValue(name, out var asked) ? asked.ToString() : text;
    }

    /// <summary>What was sent: a document and its hash, or why there is none.</summary>
    private readonly record struct Sent(JsonObject? Document, string Hash, string? Error);
}
