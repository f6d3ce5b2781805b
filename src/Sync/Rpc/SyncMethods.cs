namespace Gateway.Sync.Rpc;

/// <summary>The remote calls between planes, and the groups by which they tell each other which ones they answer.</summary>
public static class SyncMethods
{
    /// <summary>The synchronisation of the configuration.</summary>
    public const string Sync = "kong.sync.v2";

    /// <summary>Asks the control plane for what is new; as a notification it tells which version is in use.</summary>
    public const string GetDelta = Sync + ".get_delta";

    /// <summary>Tells a data plane that there is a newer version.</summary>
    public const string NotifyNewVersion = Sync + ".notify_new_version";

    /// <summary>Tells the control plane why a data plane cannot use a version.</summary>
    public const string NotifyValidationError = Sync + ".notify_validation_error";

    /// <summary>The log level of a data plane.</summary>
    public const string LogLevel = "kong.debug.log_level.v1";

    /// <summary>Asks a data plane for its log level.</summary>
    public const string GetLogLevel = LogLevel + ".get_log_level";

    /// <summary>Changes the log level of a data plane for a time.</summary>
    public const string SetLogLevel = LogLevel + ".set_log_level";

    /// <summary>What the versions of the planes begin with that count versions of the configuration: the first that knew these calls.</summary>
    public const string CountingRelease = "3.9.";

    /// <summary>The part of the configuration that every message names; the original knows no other.</summary>
    public const string Namespace = "default";
}
