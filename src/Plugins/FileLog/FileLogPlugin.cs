using Gateway.PluginSdk;

namespace Gateway.Plugins.FileLog;

/// <summary>Appends a line of JSON for each request to a file.</summary>
[Plugin("file-log", Priority = 9, Protocols = PluginProtocols.HttpAndStreams)]
public sealed class FileLogPlugin : IDeclaredOnly<FileLogConfig>;
