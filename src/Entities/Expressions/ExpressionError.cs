using System.Globalization;

namespace Gateway.Entities.Expressions;

/// <summary>What is wrong with an expression, shown with its place.</summary>
public static class ExpressionError
{
    /// <summary>Something else was expected at a place.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="at">The place.</param>
    /// <param name="expected">What was expected, such as <c>binary_operator</c>.</param>
    public static string Expected(string text, int at, string expected) => Show(text, at, "^---", "expected " + expected);

    /// <summary>A part of it is wrong.</summary>
    /// <param name="text">The expression.</param>
    /// <param name="start">Where the part begins.</param>
    /// <param name="end">Where it ends.</param>
    /// <param name="reason">What is wrong.</param>
    public static string Of(string text, int start, int end, string reason) =>
        Show(text, start, end - start < 2 ? "^" : "^" + new string('-', end - start - 2) + "^", reason);

    private static string Show(string text, int at, string mark, string reason)
    {
        var begin = at is 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        var end = text.IndexOf('\n', begin);
        var line = (text.AsSpan(0, begin).Count('\n') + 1).ToString(CultureInfo.InvariantCulture);
        var margin = new string(' ', line.Length);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{margin}--> {line}:{at - begin + 1}\n{margin} |\n{line} | {text[begin..(end < 0 ? text.Length : end)]}\n{margin} | {new string(' ', at - begin)}{mark}\n{margin} |\n{margin} = {reason}");
    }
}
