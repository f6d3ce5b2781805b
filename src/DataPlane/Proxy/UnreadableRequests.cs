using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Gateway.DataPlane.Proxy;

/// <summary>
/// Answers HTTP/1.1 requests that Kestrel cannot read, in the form of the other errors. Kestrel itself answers them without a body before any
/// middleware sees them, but tells of each one beforehand (event <c>Microsoft.AspNetCore.Server.Kestrel.BadRequest</c>).
/// </summary>
/// <param name="options">The node's settings.</param>
/// <param name="pages">The forms of errors.</param>
internal sealed class UnreadableRequests(DataPlaneOptions options, ErrorPages pages) : DiagnosticSource
{
    private const string BadRequest = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    /// <summary>Lets the connection's unreadable requests be answered.</summary>
    /// <param name="next">What handles the connection.</param>
    /// <param name="connection">The connection, already decrypted.</param>
    public static Task Mark(ConnectionDelegate next, ConnectionContext connection)
    {
        connection.Features.Set(new Writable(connection.Transport.Output));
        return next(connection);
    }

    /// <inheritdoc/>
    public override bool IsEnabled(string name) => name is BadRequest;

    /// <inheritdoc/>
    public override void Write(string name, object? value)
    {
        if (value is not IFeatureCollection features
            || features.Get<Writable>()?.Output is not { } output
            || features.Get<IHttp2StreamIdFeature>() is not null
            || features.Get<IHttpResponseFeature>() is not { HasStarted: false } response
            || features.Get<IHttpRequestFeature>() is not { } request)
        {
            return;
        }

        var id = RequestId.Next();
        var (status, message) = Status(response.StatusCode, request.Headers);
        var page = pages.ForFailure(request.Headers);
        var body = page.Body(message, id);
        response.StatusCode = status;
        var headers = response.Headers;
        headers.ContentLength = body.Length;
        headers.ContentType = page.ContentType;
        headers.Connection = "close";
        headers.Remove("Allow");
        if (options.AnswerHeaders.HasFlag(AnswerHeaders.Server))
        {
            headers.Server = Product.ServerToken;
        }

        if (options.AnswerHeaders.HasFlag(AnswerHeaders.RequestId))
        {
            headers["X-Kong-Request-Id"] = id;
        }

        // Kestrel has no place for a body here: once the headers are in the connection's buffer, it goes behind them; Kestrel sends both and closes.
        if (features.GetRequiredFeature<IHttpResponseBodyFeature>().StartAsync().IsCompletedSuccessfully && request.Method is not "HEAD")
        {
            output.Write(body);
        }

        if (options.AccessLog is { } log)
        {
            log.Write(new AccessedRequest(new DefaultHttpContext(features), status, Stopwatch.GetTimestamp(), body.Length) { RequestId = id });
        }
    }

    private static (int Status, string Message) Status(int status, IHeaderDictionary headers) => status switch
    {
        // nginx calls it 494, and shows 400.
        431 => (400, ErrorMessages.MessageOf(494)),
        // The target is of a form that the method does not have.
        405 => (400, ErrorMessages.MessageOf(400)),
        400 when RequestChecks.HasUnknownCoding(headers) => (501, ErrorMessages.MessageOf(501)),
        _ => (status, ErrorMessages.MessageOf(status)),
    };

    private sealed record Writable(PipeWriter Output);
}
