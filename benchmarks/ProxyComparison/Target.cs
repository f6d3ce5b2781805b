namespace Gateway.ProxyComparison;

/// <summary>A proxy that is measured.</summary>
/// <param name="Name">What the tables call it.</param>
/// <param name="Port">Its cleartext port.</param>
/// <param name="TlsPort">Its port with TLS.</param>
/// <param name="Host">Its host.</param>
/// <param name="Process">Its process id; null for one that runs elsewhere, whose CPU and memory nobody can see.</param>
internal sealed record Target(string Name, int Port, int TlsPort, string Host, int? Process)
{
    /// <summary>How many routes the requests are spread over.</summary>
    public int Routes { get; init; } = 1;

    /// <summary>How many keys they are spread over; 0 sends none.</summary>
    public int Keys { get; init; }

    /// <summary>How long a connection rests between two requests, in milliseconds on average; 0 sends the next at once.</summary>
    public int Pause { get; init; }

    public string Http => $"http://{Host}:{Port}";

    public string Https => $"https://{Host}:{TlsPort}";

    public double? Microseconds => Process is { } id ? RunningProcess.Microseconds(id) : null;

    /// <summary>CPU time of the just-in-time compiler's background thread; 0 where there is none.</summary>
    public double CompilerMicroseconds => Process is { } id ? RunningProcess.CompilerMicroseconds(id) : 0;

    public double? Megabytes => Process is { } id ? RunningProcess.Megabytes(id) : null;
}
