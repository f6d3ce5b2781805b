namespace Gateway.Entities;

/// <summary>The protocols that services, routes and plugins speak.</summary>
public enum Protocol
{
    /// <summary>gRPC over cleartext HTTP/2.</summary>
    Grpc,

    /// <summary>gRPC over TLS.</summary>
    Grpcs,

    /// <summary>Cleartext HTTP.</summary>
    Http,

    /// <summary>HTTP over TLS.</summary>
    Https,

    /// <summary>A TCP stream.</summary>
    Tcp,

    /// <summary>A TLS stream that the gateway terminates.</summary>
    Tls,

    /// <summary>A TLS stream that passes through unopened.</summary>
    TlsPassthrough,

    /// <summary>UDP datagrams.</summary>
    Udp,
}
