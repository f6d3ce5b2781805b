namespace Gateway.DataPlane.Upstreams;

/// <summary>How one try of a request, or of a stream, ended.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Status">The status of an answer.</param>
internal readonly record struct TryOutcome(TryKind Kind, int Status = 0)
{
    /// <summary>The upstream answered.</summary>
    /// <param name="status">With this status.</param>
    public static TryOutcome Answered(int status) => new(TryKind.Answered, status);

    /// <summary>The connection was made, and that is all that counts.</summary>
    public static TryOutcome Connected => new(TryKind.Connected);

    /// <summary>The connection could not be made, or broke.</summary>
    public static TryOutcome ConnectionFailed => new(TryKind.ConnectionFailed);

    /// <summary>The upstream took too long.</summary>
    public static TryOutcome TimedOut => new(TryKind.TimedOut);

    /// <summary>Nothing can be said, such as when the client went away.</summary>
    public static TryOutcome Unknown => new(TryKind.Unknown);
}

/// <summary>The ways in which a try ends.</summary>
internal enum TryKind
{
    /// <summary>Nothing can be said.</summary>
    Unknown,

    /// <summary>With an answer.</summary>
    Answered,

    /// <summary>With a connection.</summary>
    Connected,

    /// <summary>Without a connection.</summary>
    ConnectionFailed,

    /// <summary>With a timeout.</summary>
    TimedOut,
}
