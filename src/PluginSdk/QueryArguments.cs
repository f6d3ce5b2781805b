using System.Text;

namespace Gateway.PluginSdk;

/// <summary>The arguments of a query or a form, taken apart so that they can be changed and put together again.</summary>
public sealed class QueryArguments
{
    private readonly List<string> _order = [];
    private readonly Dictionary<string, List<string?>> _values = new(StringComparer.Ordinal);

    /// <summary>Whether there are none.</summary>
    public bool IsEmpty => _order.Count is 0;

    /// <summary>The arguments' names, in their order.</summary>
    public IReadOnlyList<string> Names => _order;

    /// <summary>The values of an argument, null for one that stands without a value; null when there is no such argument.</summary>
    /// <param name="name">The name, decoded.</param>
    public IReadOnlyList<string?>? this[string name] => _values.GetValueOrDefault(name);

    /// <summary>Takes a query or a form apart.</summary>
    /// <param name="text">The text without a question mark, or null.</param>
    public static QueryArguments Parse(string? text)
    {
        var arguments = new QueryArguments();
        foreach (var pair in (text ?? string.Empty).Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Decode(equals < 0 ? pair : pair[..equals]);
            if (name.Length > 0)
            {
                arguments.Append(name, equals < 0 ? null : Decode(pair[(equals + 1)..]));
            }
        }

        return arguments;
    }

    /// <summary>Gives an argument one value.</summary>
    public void Set(string name, string? value) => SetAll(name, [value]);

    /// <summary>Gives an argument these values.</summary>
    public void SetAll(string name, IEnumerable<string?> values)
    {
        if (!_values.ContainsKey(name))
        {
            _order.Add(name);
        }

        _values[name] = [.. values];
    }

    /// <summary>Gives an argument one more value.</summary>
    public void Append(string name, string? value)
    {
        if (_values.TryGetValue(name, out var values))
        {
            values.Add(value);
        }
        else
        {
            SetAll(name, [value]);
        }
    }

    /// <summary>Takes an argument out.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(string name) => _values.Remove(name) && _order.Remove(name);

    /// <summary>The arguments as a query or a form, escaped; null when there are none.</summary>
    public string? Encode()
    {
        if (IsEmpty)
        {
            return null;
        }

        var text = new StringBuilder();
        foreach (var name in _order)
        {
            foreach (var value in _values[name])
            {
                text.Append(text.Length > 0 ? "&" : string.Empty).Append(Uri.EscapeDataString(name));
                if (value is not null)
                {
                    text.Append('=').Append(Uri.EscapeDataString(value));
                }
            }
        }

        return text.ToString();
    }

    private static string Decode(string text) => text.AsSpan().ContainsAny('%', '+') ? Uri.UnescapeDataString(text.Replace('+', ' ')) : text;
}
