namespace Gateway.DataPlane.Proxy;

/// <summary>How much clients may send, and how long they may wait: nginx's defaults, which <c>nginx_http_*</c> and <c>nginx_proxy_*</c> change.</summary>
public sealed record ClientLimits
{
    /// <summary>The largest body of a request, in bytes (<c>client_max_body_size</c>); null is any.</summary>
    public long? MaxBody { get; init; }

    /// <summary>How long a connection without a request stays open (<c>keepalive_timeout</c>).</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>Within what time the head of a request must come (<c>client_header_timeout</c>).</summary>
    public TimeSpan Head { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a client may send nothing of a body that is gathered (<c>client_body_timeout</c>).</summary>
    public TimeSpan Body { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a connection may have no room for an answer that is being sent, because its client reads nothing (<c>send_timeout</c>).</summary>
    public TimeSpan Send { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How many requests a connection serves before its client has to open another one (<c>keepalive_requests</c>).</summary>
    public int MaxRequests { get; init; } = 10_000;

    /// <summary>The longest line of a request's head, in bytes (the size of <c>large_client_header_buffers</c>).</summary>
    public int MaxLine { get; init; } = 8 * 1024;

    /// <summary>The largest head of a request, in bytes (number times size of <c>large_client_header_buffers</c>).</summary>
    public int MaxHead { get; init; } = 32 * 1024;
}
