using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.PluginSdk.Logs;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.PluginSdk;

/// <summary>One request and its answer, as plugins see them.</summary>
/// <param name="http">The request's HTTP context; its request headers are what goes upstream, its response headers what goes to the client.</param>
public abstract class Exchange(HttpContext http)
{
    private List<object>? _kept;

    /// <summary>The HTTP context below; plugins change <see cref="RequestHeaders"/>, <see cref="UpstreamPath"/> and <see cref="Query"/> rather than it.</summary>
    public HttpContext Http => http;

    /// <summary>The request's id, 32 lower-case hex digits.</summary>
    public abstract string RequestId { get; }

    /// <summary>The method that goes upstream.</summary>
    public string Method { get; set; } = http.Request.Method;

    /// <summary>The normalised path of the request, as the router sees it.</summary>
    public abstract string Path { get; }

    /// <summary>The whole path that goes upstream, unescaped; it is joined from the service's and the request's when the route is known.</summary>
    public abstract string UpstreamPath { get; set; }

    /// <summary>The raw query that goes upstream, without the question mark; null when there is none.</summary>
    public abstract string? Query { get; set; }

    /// <summary>The headers that go upstream.</summary>
    public IHeaderDictionary RequestHeaders => http.Request.Headers;

    /// <summary>The headers that go to the client, in every outcome.</summary>
    public IHeaderDictionary ResponseHeaders => http.Response.Headers;

    /// <summary>The Host that goes upstream; null for the one that the route and the service ask for.</summary>
    public string? UpstreamHost { get; set; }

    /// <summary>What the route's regular expression captured of the path, by name and by number from 1 on; empty without one.</summary>
    public abstract IReadOnlyDictionary<string, string> Captures { get; }

    /// <summary>What logs tell of the exchange; complete only when it is over.</summary>
    public abstract LogEntry LogEntry { get; }

    /// <summary>The client's address, after trusted proxies have been looked through; IPv4 in its own form even on a socket for both.</summary>
    public abstract IPAddress ClientIp { get; }

    /// <summary>The route that matched, or null.</summary>
    public abstract Route? Route { get; }

    /// <summary>The service that the route leads to, or null.</summary>
    public abstract Service? Service { get; }

    /// <summary>The instance of the plugin that runs at the moment.</summary>
    public PluginInstance Instance { get; set; } = PluginInstance.None;

    /// <summary>The consumer who was authenticated, or null.</summary>
    public Consumer? Consumer { get; private set; }

    /// <summary>The id of the consumer as text, or null.</summary>
    public string? ConsumerId { get; private set; }

    /// <summary>What the request was authenticated with, or null.</summary>
    public Credential? Credential { get; private set; }

    /// <summary>The groups that an authentication plugin learned from elsewhere, such as a directory; null when none did.</summary>
    public IReadOnlyList<string>? AuthenticatedGroups { get; set; }

    /// <summary>The gateway's own answer, once someone has given one; it keeps the request from going upstream.</summary>
    public Answer? Answer { get; private set; }

    /// <summary>Fires when the client goes away.</summary>
    public CancellationToken Aborted => http.RequestAborted;

    /// <summary>Answers with an error whose form follows the request's <c>Accept</c>.</summary>
    /// <param name="status">The status, 400 to 599.</param>
    /// <param name="message">The message; null for the status' own.</param>
    public void Error(int status, string? message = null) => Answer ??= new Answer.Error(status, message);

    /// <summary>Answers with JSON as it stands, without a request id.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The JSON.</param>
    public void Exit(int status, JsonNode body) =>
        Answer ??= new Answer.Content(status, JsonSerializer.SerializeToUtf8Bytes(body, Wire.Options), "application/json; charset=utf-8");

    /// <summary>Answers with bytes as they stand.</summary>
    /// <param name="status">The status.</param>
    /// <param name="body">The bytes.</param>
    /// <param name="contentType">The content type; null for none.</param>
    public void Exit(int status, ReadOnlyMemory<byte> body, string? contentType) => Answer ??= new Answer.Content(status, body, contentType);

    /// <summary>Names who makes the request, and tells the upstream so in the headers that Kong's users expect; what a client claims there is removed.</summary>
    /// <param name="consumer">The consumer, or null for a credential of nobody.</param>
    /// <param name="credential">The credential, or null for an anonymous consumer.</param>
    public virtual void Authenticate(Consumer? consumer, Credential? credential)
    {
        Consumer = consumer;
        Credential = credential;
        ConsumerId = consumer?.Id.ToString();
        Tell("X-Consumer-ID", ConsumerId);
        Tell("X-Consumer-Custom-ID", consumer?.CustomId);
        Tell("X-Consumer-Username", consumer?.Username);
        Tell("X-Credential-Identifier", credential?.Identifier);
        Tell("X-Anonymous-Consumer", credential is null ? "true" : null);
    }

    /// <summary>Keeps something from one phase to a later one; each type of it is one plugin's own.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="state">What is kept.</param>
    public void Keep<T>(T state)
        where T : class => (_kept ??= []).Add(state);

    /// <summary>What was kept of a type, or null.</summary>
    /// <typeparam name="T">The type.</typeparam>
    public T? Kept<T>()
        where T : class => _kept?.OfType<T>().LastOrDefault();

    private void Tell(string header, string? value)
    {
        if (value is null)
        {
            RequestHeaders.Remove(header);
        }
        else
        {
            RequestHeaders[header] = HeaderOctets.Of(value);
        }
    }
}
