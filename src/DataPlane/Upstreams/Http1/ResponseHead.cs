namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>The status line and the headers of an upstream's answer; each connection has one and uses it again for every answer.</summary>
internal sealed class ResponseHead
{
    /// <summary>The status, 100 to 999.</summary>
    public int Status { get; set; }

    /// <summary>The reason that stands behind the status; null when it is the usual one.</summary>
    public string? Reason { get; set; }

    /// <summary>The length of the body as the answer tells it; -1 when it does not.</summary>
    public long ContentLength { get; set; }

    /// <summary>Whether the body comes in chunks.</summary>
    public bool IsChunked { get; set; }

    /// <summary>Whether the upstream leaves the connection open after the answer.</summary>
    public bool KeepsAlive { get; set; }

    /// <summary>The <c>Connection</c> header; null when there is none.</summary>
    public string? Connection { get; set; }

    /// <summary>The other headers in their order; <c>Content-Length</c>, <c>Transfer-Encoding</c> and <c>Connection</c> are not among them.</summary>
    public List<ResponseHeader> Headers { get; } = new(16);

    /// <summary>Whether the answer is one that only announces another.</summary>
    public bool IsInterim => Status is >= 100 and < 200;

    /// <summary>Whether the answer has no body, whatever its headers say.</summary>
    /// <param name="method">The method of the request.</param>
    public bool HasNoBody(string method) => Status is 204 or 304 || method is "HEAD" || (ContentLength is 0 && !IsChunked);

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        (Status, Reason, ContentLength, IsChunked, KeepsAlive, Connection) = (0, null, -1, false, false, null);
        Headers.Clear();
    }
}

/// <summary>A header of an answer.</summary>
/// <param name="Index">Where its name stands among <see cref="KnownHeaders"/>, or <see cref="KnownHeaders.None"/>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value, one character per octet.</param>
internal readonly record struct ResponseHeader(int Index, string Name, string Value);
