using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.PluginSdk;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;

namespace Gateway.Plugins.ProxyCache;

/// <summary>Remembers answers and gives them again.</summary>
/// <param name="time">The clock.</param>
[Plugin("proxy-cache", Priority = 100, Protocols = PluginProtocols.HttpAndStreams)]
[AdminPath("/proxy-cache", "DELETE")]
[AdminPath("/proxy-cache/{cache_key}", "GET", "DELETE")]
[AdminPath("/proxy-cache/{plugin_id}/caches/{cache_key}", "GET", "DELETE")]
public sealed class ProxyCachePlugin(TimeProvider time) : IAccess<ProxyCacheConfig>, IHeaderFilter<ProxyCacheConfig>, IBodyFilter<ProxyCacheConfig>, IKeeps, IDisposable
{
    // As much as the shared memory of the original has.
    private const long MaxBytes = 128L * 1024 * 1024;
    private const int MaxBody = 16 * 1024 * 1024;

    private static readonly HashSet<string> _connectionHeaders = new(
        ["Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailers", "Transfer-Encoding", "Upgrade", "Content-Length",
         "X-Kong-Upstream-Latency", "X-Kong-Proxy-Latency", "X-Kong-Request-Id", "X-Cache-Key", "X-Cache-Status", "Age"],
        StringComparer.OrdinalIgnoreCase);

    private readonly MemoryCache _answers = new(new MemoryCacheOptions { SizeLimit = MaxBytes, CompactionPercentage = 0.1 });

    /// <inheritdoc/>
    public ValueTask AccessAsync(Exchange exchange, ProxyCacheConfig config)
    {
        var asked = config.CacheControl ? CacheDirectives.Parse(exchange.RequestHeaders.CacheControl) : CacheDirectives.None;
        if (!config.RequestMethod.Contains(exchange.Http.Request.Method) || asked.NoStore || asked.NoCache || (config.CacheControl && exchange.RequestHeaders.Authorization.Count > 0))
        {
            Tell(exchange, config, "Bypass");
            return default;
        }

        var key = CacheKey.Of(exchange, config);
        if (config.ResponseHeaders.XCacheKey is true)
        {
            exchange.ResponseHeaders["X-Cache-Key"] = key;
        }

        if (!_answers.TryGetValue(key, out CachedAnswer? answer))
        {
            Miss(exchange, config, key, asked);
            return default;
        }

        var age = time.GetUtcNow() - answer!.Stored;
        var isFresh = config.CacheControl ? asked.Accepts(age, answer.FreshFor) : age.TotalSeconds <= (config.CacheTtl ?? 300);
        if (isFresh)
        {
            Give(exchange, config, answer, age);
        }
        else
        {
            exchange.Keep(new Remembering(key));
            Tell(exchange, config, "Refresh");
        }

        return default;
    }

    /// <inheritdoc/>
    public void FilterHeaders(Exchange exchange, ProxyCacheConfig config)
    {
        if (exchange.Kept<Remembering>() is not { } remembering)
        {
            return;
        }

        var told = CacheDirectives.Parse(exchange.ResponseHeaders.CacheControl);
        var freshFor = config.CacheControl ? told.FreshFor(exchange.ResponseHeaders.Expires, time.GetUtcNow()) : TimeSpan.FromSeconds(config.CacheTtl ?? 300);
        var response = exchange.Http.Response;
        if (exchange.Answer is not null || !config.ResponseCode.Contains(response.StatusCode) || !MediaTypes.Match(config.ContentType, response.ContentType)
            || (config.CacheControl && (told.IsPrivate || told.NoStore || told.NoCache || freshFor <= TimeSpan.Zero)))
        {
            Tell(exchange, config, "Bypass");
            return;
        }

        remembering.FreshFor = freshFor;
        remembering.Headers = [.. exchange.ResponseHeaders.Where(h => !_connectionHeaders.Contains(h.Key))];
    }

    /// <inheritdoc/>
    public Stream FilterBody(Exchange exchange, ProxyCacheConfig config, Stream next) => exchange.Kept<Remembering>() is { Headers: not null } remembering
        ? new CopyingBodyStream(next, body => Store(exchange, config, remembering, body), exchange.Http.Response.ContentLength, MaxBody)
        : next;

    /// <inheritdoc/>
    public JsonObject? Find(string key) => _answers.TryGetValue(key, out CachedAnswer? answer) ? answer!.Render() : null;

    /// <inheritdoc/>
    public bool Forget(string key)
    {
        var isThere = _answers.TryGetValue(key, out _);
        _answers.Remove(key);
        return isThere;
    }

    /// <inheritdoc/>
    public void ForgetAll() => _answers.Clear();

    /// <inheritdoc/>
    public void Dispose() => _answers.Dispose();

    private static void Miss(Exchange exchange, ProxyCacheConfig config, string key, CacheDirectives asked)
    {
        if (asked.OnlyIfCached)
        {
            exchange.Exit(StatusCodes.Status504GatewayTimeout, ReadOnlyMemory<byte>.Empty, null);
            return;
        }

        exchange.Keep(new Remembering(key));
        Tell(exchange, config, "Miss");
    }

    private static void Give(Exchange exchange, ProxyCacheConfig config, CachedAnswer answer, TimeSpan age)
    {
        foreach (var (name, values) in answer.Headers)
        {
            // What is left of a limit is this request's, not that of the one whose answer was remembered.
            if (!(name.Contains("RateLimit-", StringComparison.OrdinalIgnoreCase) && exchange.ResponseHeaders.ContainsKey(name)))
            {
                exchange.ResponseHeaders[name] = values;
            }
        }

        if (config.ResponseHeaders.Age is true)
        {
            exchange.ResponseHeaders.Age = ((long)age.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        Tell(exchange, config, "Hit");
        exchange.Exit(answer.Status, answer.Body, exchange.ResponseHeaders.ContentType);
    }

    private static void Tell(Exchange exchange, ProxyCacheConfig config, string status)
    {
        if (config.ResponseHeaders.XCacheStatus is true)
        {
            exchange.ResponseHeaders["X-Cache-Status"] = status;
        }
    }

    private void Store(Exchange exchange, ProxyCacheConfig config, Remembering remembering, ReadOnlyMemory<byte> body)
    {
        // A body that is shorter than it was said to be is a part of one.
        if (exchange.Aborted.IsCancellationRequested || (exchange.Http.Response.ContentLength is { } length && length != body.Length && exchange.Http.Request.Method is not "HEAD"))
        {
            return;
        }

        var answer = new CachedAnswer(exchange.Http.Response.StatusCode, remembering.Headers!, body.ToArray(), time.GetUtcNow(), remembering.FreshFor);
        var kept = config.StorageTtl is { } seconds ? TimeSpan.FromSeconds(seconds) : remembering.FreshFor;
        if (kept > TimeSpan.Zero)
        {
            _answers.Set(remembering.Key, answer, new MemoryCacheEntryOptions { Size = answer.Size, AbsoluteExpirationRelativeToNow = kept });
        }
    }

    /// <summary>An answer that is going to be remembered.</summary>
    private sealed class Remembering(string key)
    {
        public string Key => key;

        public TimeSpan FreshFor { get; set; }

        public KeyValuePair<string, StringValues>[]? Headers { get; set; }
    }
}

/// <summary>An answer as it is remembered.</summary>
/// <param name="Status">The status.</param>
/// <param name="Headers">The headers, without those of one connection.</param>
/// <param name="Body">The body.</param>
/// <param name="Stored">When it came.</param>
/// <param name="FreshFor">How long it is fresh.</param>
internal sealed record CachedAnswer(int Status, KeyValuePair<string, StringValues>[] Headers, byte[] Body, DateTimeOffset Stored, TimeSpan FreshFor)
{
    /// <summary>The answer as the Admin API shows it.</summary>
    public JsonObject Render() => new()
    {
        ["status"] = Status,
        ["headers"] = new JsonObject(Headers.Select(h => KeyValuePair.Create<string, JsonNode?>(
            h.Key, h.Value is [var one] ? one : new JsonArray([.. h.Value.Select(v => (JsonNode?)v)])))),
        ["body"] = Encoding.UTF8.GetString(Body),
        ["body_len"] = Body.Length,
        ["timestamp"] = Stored.ToUnixTimeSeconds(),
        ["ttl"] = (long)FreshFor.TotalSeconds,
        ["version"] = 1,
    };

    /// <summary>About how many bytes it takes.</summary>
    public long Size => Body.Length + 512 + Headers.Sum(h => (h.Key.Length + h.Value.Sum(v => v?.Length ?? 0L)) * 2);
}
