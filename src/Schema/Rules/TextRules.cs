using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Gateway.Schema;

/// <summary>The text is a UUID.</summary>
public sealed partial class UuidRule : Rule
{
    /// <inheritdoc/>
    public override string Key => "uuid";

    /// <inheritdoc/>
    public override int Order => 16;

    /// <inheritdoc/>
    public override JsonNode Show() => JsonValue.Create(true);

    /// <summary>Whether a text has the form of a UUID of any version.</summary>
    /// <param name="text">The text.</param>
    public static bool IsUuid(string? text) => text is not null && Form().IsMatch(text);

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) => IsUuid(Json.String(value)) ? null : "expected a valid UUID";

    [GeneratedRegex(@"\A[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}

/// <summary>The text is a regular expression that compiles.</summary>
public sealed class RegexRule : Rule
{
    /// <inheritdoc/>
    public override string Key => "is_regex";

    /// <inheritdoc/>
    public override int Order => 17;

    /// <inheritdoc/>
    public override JsonNode Show() => JsonValue.Create(true);

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value)
    {
        var text = Json.String(value) ?? string.Empty;
        try
        {
            _ = new Regex(text, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
            return null;
        }
        catch (ArgumentException)
        {
            return $"not a valid regex: {text}";
        }
    }
}

/// <summary>The length of a text (in bytes) or list lies within bounds.</summary>
/// <param name="kind">Which bound.</param>
/// <param name="length">The bound.</param>
public sealed class LengthRule(LengthKind kind, int length) : Rule
{
    /// <summary>Which bound.</summary>
    public LengthKind Kind => kind;

    /// <summary>The bound.</summary>
    public int Length => length;

    /// <inheritdoc/>
    public override string Key => kind switch { LengthKind.Exactly => "len_eq", LengthKind.AtLeast => "len_min", _ => "len_max" };

    /// <inheritdoc/>
    public override int Order => 19 + (int)kind;

    /// <inheritdoc/>
    public override JsonNode Show() => JsonValue.Create(length);

    /// <inheritdoc/>
    public override bool Fits(FieldType type) => type is FieldType.String or FieldType.Array or FieldType.Set or FieldType.Map;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value)
    {
        var actual = value switch
        {
            JsonArray array => array.Count,
            JsonObject map => map.Count,
            null => 0,
            _ => Encoding.UTF8.GetByteCount(Json.String(value) ?? string.Empty),
        };
        return kind switch
        {
            LengthKind.Exactly when actual != length => $"length must be {length}",
            LengthKind.AtLeast when actual < length => $"length must be at least {length}",
            LengthKind.AtMost when actual > length => $"length must be at most {length}",
            _ => null,
        };
    }
}

/// <summary>The bounds that a length may have.</summary>
public enum LengthKind
{
    /// <summary>Exactly as long.</summary>
    Exactly,

    /// <summary>At least as long.</summary>
    AtLeast,

    /// <summary>At most as long.</summary>
    AtMost,
}

/// <summary>The text begins with a prefix.</summary>
/// <param name="prefix">The prefix.</param>
public sealed class StartsWithRule(string prefix) : Rule
{
    /// <inheritdoc/>
    public override string Key => "starts_with";

    /// <inheritdoc/>
    public override int Order => 22;

    /// <inheritdoc/>
    public override JsonNode Show() => JsonValue.Create(prefix)!;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) =>
        Json.String(value)?.StartsWith(prefix, StringComparison.Ordinal) is true ? null : $"should start with: {prefix}";
}

/// <summary>The text matches, or does not match, one Lua pattern.</summary>
/// <param name="pattern">The Lua pattern.</param>
/// <param name="negated">Whether it must not match.</param>
public sealed class MatchRule(string pattern, bool negated = false) : Rule
{
    private readonly Regex _regex = LuaPattern.ToRegex(pattern);

    /// <inheritdoc/>
    public override string Key => negated ? "not_match" : "match";

    /// <inheritdoc/>
    public override int Order => negated ? 23 : 25;

    /// <inheritdoc/>
    public override JsonNode Show() => JsonValue.Create(pattern)!;

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) =>
        Json.String(value) is { } text && _regex.IsMatch(text) != negated ? null : $"invalid value: {Json.Text(value)}";
}

/// <summary>The text matches all, or none, of some Lua patterns, each with its own message.</summary>
/// <param name="patterns">The patterns and their messages.</param>
/// <param name="none">Whether none may match.</param>
public sealed class MatchEachRule(IReadOnlyList<(string Pattern, string Error)> patterns, bool none) : Rule
{
    private readonly (Regex Regex, string Error)[] _compiled = [.. patterns.Select(p => (LuaPattern.ToRegex(p.Pattern), p.Error))];

    /// <inheritdoc/>
    public override string Key => none ? "match_none" : "match_all";

    /// <inheritdoc/>
    public override int Order => none ? 24 : 26;

    /// <inheritdoc/>
    public override JsonNode Show() =>
        Json.Array([.. patterns.Select(p => (JsonNode?)new JsonObject { ["pattern"] = p.Pattern, ["err"] = p.Error })]);

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value)
    {
        var text = Json.String(value) ?? string.Empty;
        return Array.Find(_compiled, c => c.Regex.IsMatch(text) == none).Error;
    }
}

/// <summary>The text matches at least one of some Lua patterns.</summary>
/// <param name="patterns">The patterns.</param>
/// <param name="error">The message when none matches; null for the usual one.</param>
public sealed class MatchAnyRule(IReadOnlyList<string> patterns, string? error) : Rule
{
    private readonly Regex[] _compiled = [.. patterns.Select(LuaPattern.ToRegex)];

    /// <inheritdoc/>
    public override string Key => "match_any";

    /// <inheritdoc/>
    public override int Order => 27;

    /// <inheritdoc/>
    public override JsonNode Show()
    {
        var shown = new JsonObject { ["patterns"] = Json.Array([.. patterns.Select(p => (JsonNode?)JsonValue.Create(p))]) };
        if (error is not null)
        {
            shown["err"] = error;
        }

        return shown;
    }

    /// <inheritdoc/>
    public override string? Judge(JsonNode? value) => _compiled.Any(r => r.IsMatch(Json.String(value) ?? string.Empty)) ? null : error ?? $"invalid value: {Json.Text(value)}";
}
