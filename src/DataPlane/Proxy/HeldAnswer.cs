using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.DataPlane.Proxy;

/// <summary>Stands where an answer is written to, and holds it until it is whole, for plugins that want it so.</summary>
#pragma warning disable CA1001 // A stream in memory has nothing to free.
internal sealed class HeldAnswer : IHttpResponseBodyFeature
#pragma warning restore CA1001
{
    /// <summary>The largest body that is held, in bytes; an upstream with a larger one has failed.</summary>
    public const int Ceiling = 64 * 1024 * 1024;

    private readonly MemoryStream _body = new();
    private readonly HttpContext _http;
    private readonly IHttpResponseBodyFeature _client;
    private readonly KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>[] _headers;

    /// <summary>Holds what is written from now on.</summary>
    /// <param name="http">The request.</param>
    public HeldAnswer(HttpContext http)
    {
        _http = http;
        _client = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        _headers = [.. http.Response.Headers];
        Writer = PipeWriter.Create(new Bounded(_body));
        http.Features.Set<IHttpResponseBodyFeature>(this);
    }

    /// <inheritdoc/>
    public Stream Stream => Writer.AsStream();

    /// <inheritdoc/>
    public PipeWriter Writer { get; }

    /// <summary>Lets go: what is written from now on goes to the client.</summary>
    /// <param name="isWhole">Whether the answer came to its end.</param>
    /// <returns>The body that was held.</returns>
    public async ValueTask<ReadOnlyMemory<byte>> LetGoAsync(bool isWhole)
    {
        await Writer.CompleteAsync(isWhole ? null : new OperationCanceledException());
        _http.Features.Set(_client);
        return _body.GetBuffer().AsMemory(0, (int)_body.Length);
    }

    /// <summary>Takes away what the upstream said: only the headers that were there before remain.</summary>
    public void Forget()
    {
        _http.Response.Headers.Clear();
        foreach (var (name, values) in _headers)
        {
            _http.Response.Headers[name] = values;
        }
    }

    /// <inheritdoc/>
    public void DisableBuffering()
    {
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task CompleteAsync() => Task.CompletedTask;

    private sealed class Bounded(MemoryStream body) : PluginSdk.BodyFilterStream(body)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (body.Length + buffer.Length > Ceiling)
            {
                throw new IOException("The answer is too large to be held.");
            }

            body.Write(buffer.Span);
            return default;
        }

        public override ValueTask DisposeAsync() => default;
    }
}
