using System.Text;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>A text with <c>$(...)</c> in it, each of which stands for what its expression gives for a request.</summary>
internal sealed class Template
{
    private readonly List<(string Literal, TemplateExpression? Expression)> _parts = [];

    private Template()
    {
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="FormatException">An expression in it cannot be understood.</exception>
    public static Template Parse(string text)
    {
        var template = new Template();
        var start = 0;
        for (var at = text.IndexOf("$(", StringComparison.Ordinal); at >= 0; at = text.IndexOf("$(", start, StringComparison.Ordinal))
        {
            var reader = new TemplateReader(text, at + 2);
            var expression = reader.ReadWhole();
            template._parts.Add((text[start..at], expression));
            start = reader.Position;
        }

        template._parts.Add((text[start..], null));
        return template;
    }

    /// <summary>Whether there is nothing in it at all.</summary>
    public bool IsEmpty => _parts is [("", null)];

    /// <summary>The text for a request; what is not there is empty.</summary>
    /// <param name="values">What the expressions look at.</param>
    public string Render(TemplateValues values)
    {
        if (_parts is [(var only, null)])
        {
            return only;
        }

        var text = new StringBuilder();
        foreach (var (literal, expression) in _parts)
        {
            text.Append(literal).Append(expression?.Invoke(values));
        }

        return text.ToString();
    }
}

/// <summary>Gives a value for a request, or null where there is none.</summary>
/// <param name="values">What it looks at.</param>
internal delegate string? TemplateExpression(TemplateValues values);
