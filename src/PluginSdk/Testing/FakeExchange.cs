using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.PluginSdk.Logs;
using Microsoft.AspNetCore.Http;

namespace Gateway.PluginSdk.Testing;

/// <summary>An exchange without a gateway around it, for the tests of plugins.</summary>
public sealed class FakeExchange : Exchange
{
    private readonly string _path;
    private Route? _route;
    private Service? _service;

    /// <summary>Makes a request.</summary>
    /// <param name="method">The method.</param>
    /// <param name="target">The path, with or without a query.</param>
    public FakeExchange(string method = "GET", string target = "/")
        : base(Context(method))
    {
        var question = target.IndexOf('?', StringComparison.Ordinal);
        _path = question < 0 ? target : target[..question];
        Query = question < 0 ? null : target[(question + 1)..];
        UpstreamPath = _path;
    }

    /// <inheritdoc/>
    public override string RequestId => "0123456789abcdef0123456789abcdef";

    /// <inheritdoc/>
    public override string Path => _path;

    /// <inheritdoc/>
    public override string UpstreamPath { get; set; }

    /// <inheritdoc/>
    public override string? Query { get; set; }

    /// <inheritdoc/>
    public override IPAddress ClientIp => Address;

    /// <inheritdoc/>
    public override Route? Route => _route;

    /// <inheritdoc/>
    public override Service? Service => _service;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Captures => Captured;

    /// <inheritdoc/>
    public override LogEntry LogEntry => new(Logged);

    /// <summary>What logs tell of the exchange.</summary>
    public JsonObject Logged { get; init; } = new() { ["source"] = "upstream" };

    /// <summary>What the route captured.</summary>
    public Dictionary<string, string> Captured { get; } = new(StringComparer.Ordinal);

    /// <summary>The client's address.</summary>
    public IPAddress Address { get; set; } = IPAddress.Loopback;

    /// <summary>The status of the answer; null while the request is let through.</summary>
    public int? Status => Answer?.Status;

    /// <summary>The message of the answer, be it an error or JSON.</summary>
    public string? Message => Answer switch
    {
        Answer.Error error => error.Message,
        Answer.Content content => (string?)JsonNode.Parse(content.Body.Span)?["message"],
        _ => null,
    };

    /// <summary>Adds a header to the request.</summary>
    /// <param name="name">The name.</param>
    /// <param name="values">The values, each on a line of its own.</param>
    public FakeExchange With(string name, params string[] values)
    {
        RequestHeaders[name] = values;
        return this;
    }

    /// <summary>Gives the request a body.</summary>
    /// <param name="contentType">Its type.</param>
    /// <param name="body">The body.</param>
    public FakeExchange WithBody(string contentType, string body)
    {
        var bytes = Encoding.UTF8.GetBytes(body);
        Http.Request.ContentType = contentType;
        Http.Request.ContentLength = bytes.Length;
        Http.Request.Body = new MemoryStream(bytes);
        return this;
    }

    /// <summary>Gives the request a route and a service.</summary>
    /// <param name="route">The route.</param>
    /// <param name="service">The service.</param>
    public FakeExchange On(Route? route, Service? service = null)
    {
        (_route, _service) = (route, service);
        return this;
    }

    private static DefaultHttpContext Context(string method)
    {
        var http = new DefaultHttpContext();
        http.Request.Method = method;
        return http;
    }
}
