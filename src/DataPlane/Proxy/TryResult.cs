using Gateway.DataPlane.Upstreams;

namespace Gateway.DataPlane.Proxy;

/// <summary>How one try to forward a request ended.</summary>
internal enum TryResult
{
    /// <summary>The answer was passed on.</summary>
    Answered,

    /// <summary>The client went away.</summary>
    ClientGone,

    /// <summary>The client's body cannot be read.</summary>
    ClientBodyBad,

    /// <summary>The client's body is larger than it may be.</summary>
    ClientBodyTooLarge,

    /// <summary>The client took too long with its body.</summary>
    ClientTooSlow,

    /// <summary>No connection came about.</summary>
    NotConnected,

    /// <summary>No connection came about in time.</summary>
    ConnectTimedOut,

    /// <summary>The connection broke before there was an answer.</summary>
    Broken,

    /// <summary>The upstream took too long.</summary>
    TimedOut,

    /// <summary>What the upstream sent is no HTTP.</summary>
    Invalid,

    /// <summary>The answer broke off.</summary>
    BrokenOff,
}

/// <summary>What follows from the end of a try.</summary>
internal static class TryResults
{
    /// <summary>What it says about the peer; what the client did says nothing.</summary>
    /// <param name="result">How the try ended.</param>
    /// <param name="status">The status of the answer.</param>
    public static TryOutcome Outcome(this TryResult result, int status) => result switch
    {
        TryResult.Answered => TryOutcome.Answered(status),
        TryResult.TimedOut or TryResult.ConnectTimedOut => TryOutcome.TimedOut,
        TryResult.NotConnected or TryResult.Broken or TryResult.Invalid or TryResult.BrokenOff => TryOutcome.ConnectionFailed,
        _ => TryOutcome.Unknown,
    };

    /// <summary>
    /// Whether the request may be sent again. It may while nobody can have seen it: when no connection came about. Where a repetition does no harm, that is for
    /// idempotent methods, it also may after the connection broke or timed out, unless a part of the body is gone.
    /// </summary>
    /// <param name="result">How the try ended.</param>
    /// <param name="exchange">The request.</param>
    public static bool MayRepeat(this TryResult result, HttpExchange exchange) => result switch
    {
        TryResult.NotConnected or TryResult.ConnectTimedOut => true,
        TryResult.Broken or TryResult.TimedOut => exchange.IsRepeatable,
        _ => false,
    };

    /// <summary>What a client's body that cannot be read comes to.</summary>
    /// <param name="status">The status that the client deserves for it.</param>
    public static TryResult OfBody(int status) => status switch
    {
        413 => TryResult.ClientBodyTooLarge,
        408 => TryResult.ClientTooSlow,
        _ => TryResult.ClientBodyBad,
    };

    /// <summary>The status that stands for it.</summary>
    /// <param name="result">How the try ended.</param>
    public static int Status(this TryResult result) => result switch
    {
        TryResult.TimedOut or TryResult.ConnectTimedOut => 504,
        TryResult.ClientBodyBad => 400,
        TryResult.ClientBodyTooLarge => 413,
        TryResult.ClientTooSlow => 408,
        TryResult.ClientGone => 499,
        _ => 502,
    };
}
