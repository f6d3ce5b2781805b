using System.Text;
using System.Text.RegularExpressions;

namespace Gateway.Hosting.AccessLogs;

/// <summary>The form of a line, in the language of nginx's <c>log_format</c>.</summary>
public sealed partial class AccessLogFormat
{
    private readonly List<LogField> _fields = [];
    private readonly LogEscape _escape;

    private AccessLogFormat(string name, LogEscape escape)
    {
        Name = name;
        _escape = escape;
    }

    /// <summary>The form that nginx and most readers of logs know.</summary>
    public static AccessLogFormat Combined { get; } =
        Make("combined", """$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" """.TrimEnd());

    /// <summary>The same with the id of the request, which is in its headers too: the form of the proxy's log.</summary>
    public static AccessLogFormat WithRequestId { get; } =
        Make("kong_log_format", """$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" kong_request_id: "$kong_request_id" """.TrimEnd());

    /// <summary>The name under which a setting names it.</summary>
    public string Name { get; }

    /// <summary>Reads <c>name [escape=default|json|none] 'text with $variables' ...</c>.</summary>
    /// <param name="declaration">What follows the word <c>log_format</c> in nginx.</param>
    /// <param name="format">The form.</param>
    /// <param name="error">What is wrong, or null.</param>
    public static bool TryParse(string declaration, out AccessLogFormat? format, out string? error)
    {
        format = null;
        error = null;
        var words = Words().Matches(declaration).Select(Unquoted).ToList();
        if (words.Count < 2)
        {
            error = "must be a name and the text of a line, in quotes";
            return false;
        }

        var escape = LogEscape.Default;
        if (words[1].StartsWith("escape=", StringComparison.Ordinal))
        {
            if (!Enum.TryParse(words[1]["escape=".Length..], ignoreCase: true, out escape))
            {
                error = $"unknown log format escaping \"{words[1]["escape=".Length..]}\"";
                return false;
            }

            words.RemoveAt(1);
        }

        var read = new AccessLogFormat(words[0], escape);
        error = read.Compile(string.Concat(words.Skip(1)));
        format = error is null ? read : null;
        return error is null;
    }

    /// <summary>Writes the line of a request, with its break.</summary>
    internal ReadOnlySpan<byte> Write(in AccessedRequest request, TimeProvider time)
    {
        var line = LogLine.Begin(_escape);
        foreach (var field in _fields)
        {
            field(line, request, time);
        }

        line.Raw("\n"u8);
        return line.Written;
    }

    private static AccessLogFormat Make(string name, string text)
    {
        var format = new AccessLogFormat(name, LogEscape.Default);
        return format.Compile(text) is { } error ? throw new InvalidOperationException(error) : format;
    }

    private string? Compile(string text)
    {
        var at = 0;
        foreach (Match variable in Variables().Matches(text))
        {
            Add(text[at..variable.Index]);
            var name = variable.Groups["name"].Value;
            if (AccessLogVariables.Find(name) is not { } field)
            {
                return $"unknown \"{name}\" variable";
            }

            _fields.Add(field);
            at = variable.Index + variable.Length;
        }

        Add(text[at..]);
        return null;
    }

    private void Add(string literal)
    {
        if (literal.Length > 0)
        {
            var bytes = Encoding.UTF8.GetBytes(literal);
            _fields.Add((line, in _, _) => line.Raw(bytes));
        }
    }

    private static string Unquoted(Match word) => word.Value is ['\'' or '"', .. var inner, _] ? inner.Replace("\\" + word.Value[0], word.Value[..1], StringComparison.Ordinal) : word.Value;

    [GeneratedRegex("""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s]+""")]
    private static partial Regex Words();

    [GeneratedRegex(@"\$(?:\{(?<name>[a-z0-9_]+)\}|(?<name>[a-z0-9_]+))")]
    private static partial Regex Variables();
}
