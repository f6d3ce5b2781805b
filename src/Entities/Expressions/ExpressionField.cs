using System.Globalization;

namespace Gateway.Entities.Expressions;

/// <summary>What a field of the expression language looks at.</summary>
public enum ExpressionSubject
{
    /// <summary>The protocol.</summary>
    Protocol,

    /// <summary>The server name of the TLS handshake.</summary>
    ServerName,

    /// <summary>The address of the client.</summary>
    SourceAddress,

    /// <summary>The port of the client.</summary>
    SourcePort,

    /// <summary>The address that the connection came in on.</summary>
    DestinationAddress,

    /// <summary>The port that the client speaks to.</summary>
    DestinationPort,

    /// <summary>The method.</summary>
    Method,

    /// <summary>The host without its port.</summary>
    Host,

    /// <summary>The normalised path.</summary>
    Path,

    /// <summary>Consecutive segments of the path.</summary>
    PathSegments,

    /// <summary>How many segments the path has.</summary>
    PathSegmentCount,

    /// <summary>A header.</summary>
    Header,

    /// <summary>A parameter of the query.</summary>
    Query,
}

/// <summary>The type of a field's values.</summary>
public enum ExpressionType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>An integer.</summary>
    Number,

    /// <summary>An IP address.</summary>
    Address,
}

/// <summary>A field of the expression language.</summary>
/// <param name="Subject">What it looks at.</param>
/// <param name="Name">The header or parameter, or empty.</param>
/// <param name="First">The first of the path's segments, from 0; -1 where the name names none.</param>
/// <param name="Last">The last of them.</param>
public sealed record ExpressionField(ExpressionSubject Subject, string Name = "", int First = -1, int Last = -1)
{
    private const string Segments = "http.path.segments.";
    private const string Headers = "http.headers.";
    private const string Queries = "http.queries.";

    /// <summary>The type of the values.</summary>
    public ExpressionType Type => Subject switch
    {
        ExpressionSubject.SourcePort or ExpressionSubject.DestinationPort or ExpressionSubject.PathSegmentCount => ExpressionType.Number,
        ExpressionSubject.SourceAddress or ExpressionSubject.DestinationAddress => ExpressionType.Address,
        _ => ExpressionType.Text,
    };

    /// <summary>Finds a field by its name.</summary>
    /// <param name="name">The name, such as <c>http.path</c>.</param>
    /// <param name="stream">Whether the route takes streams, which have no HTTP fields.</param>
    /// <returns>The field; null when there is none.</returns>
    public static ExpressionField? Find(string name, bool stream) => name switch
    {
        "net.protocol" => new(ExpressionSubject.Protocol),
        "tls.sni" => new(ExpressionSubject.ServerName),
        "net.src.ip" => new(ExpressionSubject.SourceAddress),
        "net.src.port" => new(ExpressionSubject.SourcePort),
        "net.dst.ip" => new(ExpressionSubject.DestinationAddress),
        "net.dst.port" or "net.port" => new(ExpressionSubject.DestinationPort),
        _ => stream ? null : FindHttp(name),
    };

    private static ExpressionField? FindHttp(string name) => name switch
    {
        "http.method" => new(ExpressionSubject.Method),
        "http.host" => new(ExpressionSubject.Host),
        "http.path" => new(ExpressionSubject.Path),
        Segments + "len" => new(ExpressionSubject.PathSegmentCount),
        _ when name.StartsWith(Segments, StringComparison.Ordinal) => OfSegments(name[Segments.Length..]),
        _ when name.StartsWith(Headers, StringComparison.Ordinal) => new(ExpressionSubject.Header, name[Headers.Length..]),
        _ when name.StartsWith(Queries, StringComparison.Ordinal) => new(ExpressionSubject.Query, name[Queries.Length..]),
        _ => null,
    };

    private static ExpressionField OfSegments(string range)
    {
        var separator = range.IndexOf('_', StringComparison.Ordinal);
        var (first, last) = separator < 0 ? (range, range) : (range[..separator], range[(separator + 1)..]);
        return int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && int.TryParse(last, NumberStyles.None, CultureInfo.InvariantCulture, out var to) && from <= to
            ? new(ExpressionSubject.PathSegments, range, from, to)
            : new(ExpressionSubject.PathSegments, range);
    }
}
