using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Plugins.HttpLog;

/// <summary>The name of a header that a log request may carry: none of those that the plugin writes itself.</summary>
public sealed class LogHeaderNameAttribute : RuleAttribute
{
    /// <inheritdoc/>
    public override IEnumerable<Rule> Rules =>
    [
        new MatchEachRule(
            [
                ("^[Hh][Oo][Ss][Tt]$", "cannot contain 'Host' header"),
                ("^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Ll][Ee][nn][Gg][Tt][Hh]$", "cannot contain 'Content-Length' header"),
                ("^[Cc][Oo][Nn][Tt][Ee][Nn][Tt]%-[Tt][Yy][Pp][Ee]$", "cannot contain 'Content-Type' header"),
            ],
            none: true),
        .. new HeaderNameAttribute().Rules,
    ];
}
