using System.Security.Cryptography.X509Certificates;
using Gateway.Hosting;
using Gateway.Hosting.AccessLogs;
using Microsoft.Extensions.Logging;

namespace Gateway.Manager;

/// <summary>What the Manager needs to know before it starts.</summary>
public sealed record ManagerOptions
{
    /// <summary>The addresses that browsers connect to (<c>admin_gui_listen</c>).</summary>
    public required IReadOnlyList<Listener> Listeners { get; init; }

    /// <summary>The Admin API that this Manager is a client of.</summary>
    public required Uri AdminApiUrl { get; init; }

    /// <summary>The Admin API's own certificate, which is trusted whoever signed it; null trusts only what the machine trusts.</summary>
    public X509Certificate2? AdminApiCertificate { get; init; }

    /// <summary>The folder of the keys that protect cookies; sessions outlive a restart when it does.</summary>
    public required string KeyFolder { get; init; }

    /// <summary>The certificate of the TLS listeners; without one those listeners are refused.</summary>
    public ChainedCertificate? Certificate { get; init; }

    /// <summary>How long a session lives without anyone touching it: long enough for a meeting, short enough for a forgotten desk.</summary>
    public TimeSpan SessionIdle { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a session lives at most: a working day.</summary>
    public TimeSpan SessionLimit { get; init; } = TimeSpan.FromHours(8);

    /// <summary>How long to wait before a broken live feed is connected again.</summary>
    public TimeSpan FeedRetry { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Takes note of requests (<c>admin_gui_access_log</c>); null takes none.</summary>
    public AccessLog? AccessLog { get; init; }

    /// <summary>Where logs go; the console when nothing is said.</summary>
    public Action<ILoggingBuilder>? ConfigureLogging { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
