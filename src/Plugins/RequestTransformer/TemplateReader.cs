namespace Gateway.Plugins.RequestTransformer;

/// <summary>
/// Reads the expressions of templates: values of a request by name, such as <c>headers.host</c>, <c>headers["x-a"]</c> or <c>uri_captures[1]</c>, texts and numbers,
/// <c>a or b</c>, <c>a and b</c>, <c>a .. b</c> and parentheses, as Lua reads them.
/// </summary>
/// <param name="text">The template.</param>
/// <param name="start">Where the expression begins.</param>
internal sealed class TemplateReader(string text, int start)
{
    private const int MaxDepth = 32;

    private int _depth;

    /// <summary>Where the expression ends.</summary>
    public int Position { get; private set; } = start;

    /// <summary>Reads an expression and the parenthesis that closes it.</summary>
    /// <exception cref="FormatException">It cannot be understood.</exception>
    public TemplateExpression ReadWhole()
    {
        var expression = ReadOr();
        Expect(')');
        return expression;
    }

    private TemplateExpression ReadOr()
    {
        var left = ReadAnd();
        while (TakeWord("or"))
        {
            var (one, other) = (left, ReadAnd());
            left = values => one(values) ?? other(values);
        }

        return left;
    }

    private TemplateExpression ReadAnd()
    {
        var left = ReadJoined();
        while (TakeWord("and"))
        {
            var (one, other) = (left, ReadJoined());
            left = values => one(values) is null ? null : other(values);
        }

        return left;
    }

    private TemplateExpression ReadJoined()
    {
        var left = ReadValue();
        while (Peek() is '.' && Position + 1 < text.Length && text[Position + 1] is '.')
        {
            Position += 2;
            var (one, other) = (left, ReadValue());
            left = values => values.Join(one(values), other(values));
        }

        return left;
    }

    private TemplateExpression ReadValue()
    {
        switch (Peek())
        {
            case '(' when ++_depth <= MaxDepth:
                Position++;
                var inner = ReadWhole();
                _depth--;
                return inner;
            case '\'' or '"':
                var literal = ReadText();
                return _ => literal;
            case >= '0' and <= '9':
                var number = ReadWhile(c => char.IsAsciiDigit(c) || c is '.');
                return _ => number;
            default:
                return ReadReference();
        }
    }

    private TemplateExpression ReadReference()
    {
        var name = ReadWhile(c => char.IsAsciiLetterOrDigit(c) || c is '_');
        if (name is "nil" or "false")
        {
            return _ => null;
        }

        if (!TemplateValues.Tables.TryGetValue(name, out var table))
        {
            throw new FormatException($"'{name}' is none of {string.Join(", ", TemplateValues.Tables.Keys.Order(StringComparer.Ordinal))}");
        }

        var keys = new List<string>();
        while (Peek() is '.' or '[')
        {
            if (text[Position] is '.' && Position + 1 < text.Length && text[Position + 1] is '.')
            {
                break;
            }

            keys.Add(ReadKey());
        }

        if (keys.Count is 0)
        {
            throw new FormatException($"'{name}' lacks the name of a value in it");
        }

        return values => table(values, keys);
    }

    private string ReadKey()
    {
        if (text[Position++] is '.')
        {
            return ReadWhile(c => char.IsAsciiLetterOrDigit(c) || c is '_') is { Length: > 0 } name ? name : throw new FormatException($"a name is missing at character {Position}");
        }

        var key = Peek() is '\'' or '"' ? ReadText() : ReadWhile(char.IsAsciiDigit);
        Expect(']');
        return key;
    }

    private string ReadText()
    {
        var quote = text[Position++];
        var end = text.IndexOf(quote, Position);
        if (end < 0)
        {
            throw new FormatException($"the text at character {Position} has no end");
        }

        var literal = text[Position..end];
        Position = end + 1;
        return literal;
    }

    private string ReadWhile(Func<char, bool> belongs)
    {
        Peek();
        var begin = Position;
        while (Position < text.Length && belongs(text[Position]))
        {
            Position++;
        }

        return text[begin..Position];
    }

    private bool TakeWord(string word)
    {
        Peek();
        if (string.CompareOrdinal(text, Position, word, 0, word.Length) is not 0 || (Position + word.Length < text.Length && char.IsAsciiLetterOrDigit(text[Position + word.Length])))
        {
            return false;
        }

        Position += word.Length;
        return true;
    }

    private char Peek()
    {
        while (Position < text.Length && text[Position] is ' ' or '\t')
        {
            Position++;
        }

        return Position < text.Length ? text[Position] : '\0';
    }

    private void Expect(char wanted)
    {
        if (Peek() != wanted)
        {
            throw new FormatException($"'{wanted}' is missing at character {Position}");
        }

        Position++;
    }
}
