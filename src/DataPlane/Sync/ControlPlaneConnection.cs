using Gateway.Sync;

namespace Gateway.DataPlane.Sync;

/// <summary>How this data plane stands with its control plane at one moment.</summary>
public sealed record ControlPlaneStatus
{
    /// <summary>Whether it is connected.</summary>
    public bool Connected { get; init; }

    /// <summary>Since when it is connected, or is not.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>Why it is not connected; null while it is.</summary>
    public string? LastError { get; init; }

    /// <summary>When the certificate that the control plane showed ends; null before the first connection.</summary>
    public DateTimeOffset? CertificateEnd { get; init; }

    /// <summary>The hash of the configuration in use.</summary>
    public string ConfigHash { get; init; } = ConfigHashes.Zeros;

    /// <summary>Why the newest configuration that was pushed is not in use; null when it is.</summary>
    public ApplyOutcome.Rejected? Rejection { get; init; }
}

/// <summary>Tells the rest of this data plane how it stands with its control plane.</summary>
/// <param name="time">The clock.</param>
public sealed class ControlPlaneConnection(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _firstFailure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ControlPlaneStatus _status = new() { Since = time.GetUtcNow() };

    /// <summary>How it stands now.</summary>
    public ControlPlaneStatus Status => Volatile.Read(ref _status);

    /// <summary>Ends when the control plane could not be reached for the first time.</summary>
    internal Task FirstFailure => _firstFailure.Task;

    internal void Connected() => Set(s => s with { Connected = true, LastError = null, Since = s.Connected ? s.Since : time.GetUtcNow() });

    internal void Presented(DateTimeOffset certificateEnd) => Set(s => s with { CertificateEnd = certificateEnd });

    internal void Disconnected(string reason)
    {
        Set(s => s with { Connected = false, LastError = reason, Since = s.Connected ? time.GetUtcNow() : s.Since });
        _firstFailure.TrySetResult();
    }

    internal void InUse(string hash) => Set(s => s with { ConfigHash = hash, Rejection = null });

    internal void Rejected(ApplyOutcome.Rejected rejection) => Set(s => s with { Rejection = rejection });

    private void Set(Func<ControlPlaneStatus, ControlPlaneStatus> change)
    {
        lock (_gate)
        {
            Volatile.Write(ref _status, change(_status));
        }
    }
}
