using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Gateway.Plugins.ProxyCache;

/// <summary>The directives of a Cache-Control header (RFC 9111, 5.2).</summary>
internal sealed class CacheDirectives
{
    private readonly CacheControlHeaderValue? _value;

    private CacheDirectives(CacheControlHeaderValue? value) => _value = value;

    /// <summary>No directives.</summary>
    public static CacheDirectives None { get; } = new(null);

    public bool NoStore => _value?.NoStore is true;

    public bool NoCache => _value?.NoCache is true;

    public bool IsPrivate => _value?.Private is true;

    public bool OnlyIfCached => _value?.OnlyIfCached is true;

    /// <summary>Reads a header; one that cannot be read says nothing.</summary>
    public static CacheDirectives Parse(StringValues header) => CacheControlHeaderValue.TryParse(header.ToString(), out var value) ? new CacheDirectives(value) : None;

    /// <summary>How long an answer with these directives is fresh.</summary>
    /// <param name="expires">Its Expires header, which counts when there is no directive.</param>
    /// <param name="now">When it came.</param>
    public TimeSpan FreshFor(StringValues expires, DateTimeOffset now) => _value?.SharedMaxAge ?? _value?.MaxAge
        ?? (HeaderUtilities.TryParseDate(expires.ToString(), out var date) ? date - now : TimeSpan.Zero);

    /// <summary>Whether a client that sent these directives takes an answer.</summary>
    /// <param name="age">The answer's age.</param>
    /// <param name="freshFor">How long it is fresh.</param>
    public bool Accepts(TimeSpan age, TimeSpan freshFor)
    {
        if (_value?.MaxAge is { } maxAge && age > maxAge)
        {
            return false;
        }

        if (_value?.MinFresh is { } minFresh && freshFor - age < minFresh)
        {
            return false;
        }

        return age <= freshFor || (_value?.MaxStale is true && (_value.MaxStaleLimit is not { } limit || age - freshFor <= limit));
    }
}
