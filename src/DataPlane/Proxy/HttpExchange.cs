using System.Diagnostics;
using System.Net;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Plugins;
using Gateway.DataPlane.Routing;
using Gateway.DataPlane.Tls;
using Gateway.DataPlane.Upstreams;
using Gateway.Entities;
using Gateway.Hosting.AccessLogs;
using Gateway.PluginSdk;
using Gateway.PluginSdk.Logs;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.DataPlane.Proxy;

/// <summary>One request on its way through the gateway.</summary>
internal sealed class HttpExchange : Exchange
{
    private readonly string _path;
    private readonly RouterFlavor _flavor;
    private readonly Guid? _workspace;
    private RouteMatch _match;
    private Step?[]? _chosen;
    private string? _upstreamPath;
    private List<Stream>? _bodyFilters;
    private Stream? _body;
    private ByteCount? _sent;
    private LogEntry? _entry;

    /// <summary>Takes a request in.</summary>
    /// <param name="http">The request.</param>
    /// <param name="snapshot">The configuration that the request sees.</param>
    /// <param name="options">The node's settings.</param>
    public HttpExchange(HttpContext http, GatewaySnapshot snapshot, DataPlaneOptions options)
        : base(http)
    {
        Started = Stopwatch.GetTimestamp();
        Origin = ForwardedFor.Of(http, options.TrustedProxies);
        Port = options.PortMaps.GetValueOrDefault(http.Connection.LocalPort, http.Connection.LocalPort);
        Plan = snapshot.GlobalPlugins;
        _workspace = snapshot.Workspace;
        _flavor = snapshot.Router.Options.Flavor;
        RequestId = Proxy.RequestId.Next();
        SendLimit = options.Limits.Send;
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (!target.StartsWith('/'))
        {
            target = WithoutAuthority(target);
        }

        var question = target.IndexOf('?', StringComparison.Ordinal);
        RawPath = question < 0 ? target : target[..question];
        // What comes behind a fragment is no query.
        Query = RawQuery = question < 0 || RawPath.Contains('#', StringComparison.Ordinal) ? null : target[(question + 1)..];
        _path = RequestPath.Normalize(RawPath);
    }

    /// <summary>How long a client may take nothing of the answer.</summary>
    public TimeSpan SendLimit { get; }

    /// <summary>When the request came in, in ticks of <see cref="Stopwatch"/>.</summary>
    public long Started { get; }

    /// <summary>When it was handed to the upstream for the last time, in the same ticks; 0 when it never was.</summary>
    public long HandedOver { get; set; }

    /// <summary>When the upstream began its answer, in the same ticks; 0 when it never did.</summary>
    public long UpstreamAnswered { get; set; }

    /// <summary>Whether the answer is the gateway's own.</summary>
    public bool IsOwnAnswer => Answer is not null || UpstreamStatus is 0;

    /// <summary>The tries to reach an upstream, when logs want to know of them; null otherwise.</summary>
    public List<UpstreamTry>? Tries { get; private set; }

    /// <summary>The cookie that the client is given with the answer, or null.</summary>
    public HashCookie? HashCookie { get; set; }

    /// <summary>The last status that an upstream gave; 0 when none did.</summary>
    public int UpstreamStatus { get; set; }

    /// <summary>Who sent the request, and through whom.</summary>
    public ForwardedFor Origin { get; }

    /// <summary>The port that the client spoke to, as the world knows it (<c>port_maps</c>).</summary>
    public int Port { get; }

    /// <summary>The path as the client sent it, without the query.</summary>
    public string RawPath { get; }

    /// <summary>The query as the client sent it, without the question mark; null when there was none.</summary>
    public string? RawQuery { get; }

    /// <summary>The plugins that run for the request.</summary>
    public PluginPlan Plan { get; private set; }

    /// <summary>The route's plan, or null.</summary>
    public RoutePlan? RoutePlan => _match.Route;

    /// <summary>Whether the route takes gRPC requests only.</summary>
    public bool IsGrpc { get; private set; }

    /// <summary>The route's <see cref="RoutePlan.CounterlessEra"/>.</summary>
    public int CounterlessEra { get; private set; }

    /// <summary>How many characters of the path the route matched; -1 when it has no path.</summary>
    public int MatchedLength => _match.MatchedLength;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, string> Captures => _match.Captures(_path);

    /// <inheritdoc/>
    public override LogEntry LogEntry => _entry ??= LogEntries.Of(this, _sent?.Value ?? 0, _workspace);

    /// <inheritdoc/>
    public override string RequestId { get; }

    /// <inheritdoc/>
    public override string Path => _path;

    /// <inheritdoc/>
    public override string? Query { get; set; }

    /// <inheritdoc/>
    public override string UpstreamPath
    {
        get => _upstreamPath ??= _match.Route is null ? _path : Routing.UpstreamPath.Of(_match, _path, _flavor);
        set => _upstreamPath = value;
    }

    /// <inheritdoc/>
    public override IPAddress ClientIp => Origin.Client;

    /// <inheritdoc/>
    public override Route? Route => RoutePlan?.Route;

    /// <inheritdoc/>
    public override Service? Service => RoutePlan?.Service?.Service;

    /// <summary>Whether a body goes upstream: the client's, or one that a plugin has read or written.</summary>
    public bool HasBody => Http.Request.Body is MemoryStream held ? held.Length > 0 : Http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true;

    /// <summary>Whether nobody here has asked for the body yet.</summary>
    public bool IsBodyUnread => HandedOver is 0 && Gathered is null && HasBody && Http.Request.Body is not MemoryStream;

    /// <summary>The body, where it was gathered before the upstream hears of it; null otherwise.</summary>
    public GatheredBody? Gathered { get; set; }

    /// <summary>Whether sending the request twice does what sending it once does, and can be done.</summary>
    public bool IsRepeatable => Method is not ("POST" or "LOCK" or "PATCH") && (Gathered is not null || !HasBody);

    /// <summary>The server name of the TLS handshake, or null.</summary>
    public string? ServerName => Http.Request.IsHttps ? Http.Features.Get<ITlsHandshakeFeature>()?.HostName : null;

    /// <summary>What became of the client's certificate; null where none was asked for.</summary>
    public ClientVerification? ClientVerification => Http.Request.IsHttps ? Http.Features.Get<ClientVerification>() : null;

    /// <summary>What the router looks at.</summary>
    public RouterRequest ForRouter()
    {
        var connection = Http.Connection;
        return new RouterRequest(_flavor, Http.Request.Headers.Host.ToString(), Http.Request.IsHttps, Port)
        {
            Path = _path,
            Query = Query,
            Method = Method,
            Headers = RequestHeaders,
            Sni = ServerName,
            Source = Origin.Client,
            SourcePort = connection.RemotePort,
            Destination = connection.LocalIpAddress,
        };
    }

    /// <summary>Takes the route that the router found.</summary>
    /// <param name="match">The route.</param>
    public void Enter(in RouteMatch match)
    {
        var plan = match.Route;
        _match = match;
        Plan = plan.Plugins;

        // When the answer comes, other requests have driven the plan out of the processor's caches.
        IsGrpc = plan.IsGrpc;
        CounterlessEra = plan.CounterlessEra;
    }

    /// <summary>Runs the plugins that may answer.</summary>
    public ValueTask AccessAsync() => Plan.AccessAsync(this, out _chosen);

    /// <summary>Whether a plugin wants the upstream's answer as a whole.</summary>
    public bool WantsWholeAnswer => Plan.Responds(_chosen);

    /// <summary>Where an answer that the client takes slowly may be held; null where it may not.</summary>
    public NamelessFiles? Files { get; set; }

    /// <summary>For how long the client has been slower than most.</summary>
    public TimeSpan Slowness { get; set; }

    /// <summary>What holds the rest of the answer for a slow client, or null.</summary>
    public AnswerSpool? Spool { get; set; }

    /// <summary>What holds the upstream's answer until it is whole, or null.</summary>
    public HeldAnswer? Held { get; set; }

    /// <summary>Lets the plugins change the upstream's answer as a whole.</summary>
    /// <param name="answer">The answer.</param>
    public ValueTask RespondAsync(UpstreamAnswer answer) => Plan.RespondAsync(this, _chosen, answer);

    /// <summary>Takes note of a try, when logs want to know of it.</summary>
    /// <param name="peer">The peer that is tried.</param>
    /// <param name="choosing">How long it took to choose it, in ticks of <see cref="Stopwatch"/>.</param>
    public void Try(Peer peer, long choosing)
    {
        if (Plan.Logs)
        {
            (Tries ??= []).Add(new UpstreamTry(peer.AddressText, peer.Port, HandedOver, choosing));
        }
    }

    /// <summary>Takes note that the last try failed.</summary>
    /// <param name="status">The status that stands for the failure.</param>
    public void FailTry(int status)
    {
        if (Tries is [.., var last])
        {
            last.Failure = status;
        }
    }

    /// <summary>Lets the plugins change the headers of the answer, and put filters before its body.</summary>
    public void FilterHeaders()
    {
        Plan.FilterHeaders(this, _chosen);
        if (Plan.Logs)
        {
            // Nearest to the client, so that it counts what is sent.
            (_bodyFilters ??= []).Add(new CountingStream(Http.Response.Body, _sent = new ByteCount()));
        }

        Plan.FilterBody(this, _chosen, _bodyFilters is [.., var nearest] ? nearest : Http.Response.Body, ref _bodyFilters);
        if (_bodyFilters is [.., var first])
        {
            _body ??= Http.Response.Body;
            Http.Response.Body = first;
        }
    }

    /// <summary>Takes the filters away from an answer that did not come to its end: what they hold is a part of it.</summary>
    public void DropBodyFilters()
    {
        if (_bodyFilters is not null)
        {
            Http.Response.Body = _body!;
            _bodyFilters = null;
        }
    }

    /// <summary>Lets the filters write what is left when the body of the answer is at its end.</summary>
    public async ValueTask EndBodyAsync()
    {
        if (_bodyFilters is null)
        {
            return;
        }

        // What was written without being flushed is still on its way to the filters.
        await Http.Response.BodyWriter.FlushAsync(Aborted);
        for (var i = _bodyFilters.Count - 1; i >= 0; i--)
        {
            await _bodyFilters[i].DisposeAsync();
        }
    }

    /// <summary>Lets the plugins take note of the exchange.</summary>
    public void Log() => Plan.Log(this, _chosen);

    /// <summary>The exchange as the access log sees it.</summary>
    /// <param name="bodyBytes">How many bytes of the answer's body were sent.</param>
    public AccessedRequest Accessed(long bodyBytes) => new(Http, Http.Response.StatusCode, Started, bodyBytes)
    {
        Client = Origin.Client,
        RequestId = RequestId,
        UpstreamStatus = UpstreamStatus,
        UpstreamTime = UpstreamAnswered > 0 ? Stopwatch.GetElapsedTime(HandedOver, UpstreamAnswered) : null,
    };

    /// <summary>Whole milliseconds between two moments.</summary>
    /// <param name="from">The earlier one.</param>
    /// <param name="to">The later one.</param>
    public static long Milliseconds(long from, long to) => (to - from) * 1000 / Stopwatch.Frequency;

    // An absolute-form target names the authority too; only what comes after it is the path.
    private static string WithoutAuthority(string target)
    {
        var scheme = target.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return target;
        }

        var start = target.AsSpan(scheme + 3).IndexOfAny('/', '?');
        if (target.AsSpan(scheme + 3)[..(start < 0 ? ^0 : start)].Contains('@'))
        {
            return target;                                          // names a user; it stays what no route takes
        }

        return start < 0 ? "/" : target[scheme + 3 + start] is '?' ? "/" + target[(scheme + 3 + start)..] : target[(scheme + 3 + start)..];
    }
}
