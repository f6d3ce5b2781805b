namespace Gateway.DataPlane.Upstreams.Http1;

/// <summary>Why a connection to an upstream came to its end.</summary>
internal enum Http1Failure
{
    /// <summary>It did not, or the other side ended it.</summary>
    None,

    /// <summary>The client went away.</summary>
    ClientGone,

    /// <summary>The client took too long between two pieces of its body.</summary>
    ClientTooSlow,

    /// <summary>The client's body cannot be read.</summary>
    ClientBody,

    /// <summary>No connection came about within the time for it.</summary>
    ConnectTimeout,

    /// <summary>No connection came about.</summary>
    NotConnected,

    /// <summary>The upstream took nothing for too long.</summary>
    WriteTimeout,

    /// <summary>The upstream sent nothing for too long.</summary>
    ReadTimeout,

    /// <summary>What the upstream sent is no HTTP/1.1.</summary>
    Invalid,
}
