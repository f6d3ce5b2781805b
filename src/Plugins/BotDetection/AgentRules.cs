using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Gateway.Plugins.BotDetection;

/// <summary>Tells user agents of bots from others, and remembers what it told.</summary>
internal sealed partial class AgentRules
{
    // Clients send few different agents; whoever sends many is not remembered.
    private const int MaxRemembered = 4096;
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(50);

    private readonly Regex[] _allow;
    private readonly Regex[] _deny;
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    /// <summary>Reads a configuration.</summary>
    public AgentRules(BotDetectionConfig config)
    {
        _allow = [.. (config.Allow ?? []).Select(Compiled)];
        _deny = [.. (config.Deny ?? []).Select(Compiled)];
    }

    /// <summary>Whether an agent is refused: what is allowed passes, whatever else it is.</summary>
    public bool Refuses(string agent)
    {
        if (_told.TryGetValue(agent, out var told))
        {
            return told;
        }

        var refuses = !Matches(_allow, agent) && (Matches(_deny, agent) || KnownBots().IsMatch(agent));
        if (_told.Count < MaxRemembered)
        {
            _told[agent] = refuses;
        }

        return refuses;
    }

    private static bool Matches(Regex[] expressions, string agent)
    {
        foreach (var expression in expressions)
        {
            try
            {
                if (expression.IsMatch(agent))
                {
                    return true;
                }
            }
            catch (RegexMatchTimeoutException)
            {
                // An expression that takes this long on a name matches nothing.
            }
        }

        return false;
    }

    private static Regex Compiled(string expression)
    {
        try
        {
            return new Regex(expression, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (NotSupportedException)
        {
            return new Regex(expression, RegexOptions.CultureInvariant, _patience);
        }
    }

    /// <summary>Names that crawlers, previewers and monitors give themselves, with a version behind, and a few that come without.</summary>
    [GeneratedRegex(
        @"\b(?:[A-Za-z-]*(?:[Bb]ot|[Ss]pider|[Cc]rawler)|facebookexternalhit|ia_archiver|Nutch|Slurp|Teoma|BingPreview|Mediapartners-Google|Pingdom\.com_bot_version_|Yandex[A-Za-z]*|AdsBot-Google|baidu[A-Za-z]*|LinkedInBot|WhatsApp|Embedly|Quora Link Preview|outbrain|W3C_Validator|proximic)[/ -]?v?\d"
        + @"|Googlebot|bingbot|Yahoo! Slurp|Google.*/\+/web/snippet|compatible; Google",
        RegexOptions.CultureInvariant)]
    private static partial Regex KnownBots();
}
