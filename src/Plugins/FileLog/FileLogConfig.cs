using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.FileLog;

/// <summary>Which file log entries go to.</summary>
public sealed record FileLogConfig : IPluginConfig<FileLogConfig>
{
    /// <summary>The file.</summary>
    [Match(@"^[^%s*&%%\`][^*&%%\`]*[^%s*&%%\`]$"), Says("not a valid filename")] public required string Path { get; init; }

    /// <summary>Whether the file is opened anew for each entry, so that it may be rotated.</summary>
    public bool Reopen { get; init; }

    /// <summary>Fields that are added to the log entry, by name; each is what a piece of Lua returns.</summary>
    [MinLength(1, On = Level.Keys), MinLength(1, On = Level.Values)] public IReadOnlyDictionary<string, string>? CustomFieldsByLua { get; init; }
}
