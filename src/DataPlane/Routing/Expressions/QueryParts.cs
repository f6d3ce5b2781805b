using System.Net;

namespace Gateway.DataPlane.Routing.Expressions;

/// <summary>Walks over the parameters of a query without taking it apart.</summary>
/// <param name="query">The query without its question mark.</param>
internal ref struct QueryParts(ReadOnlySpan<char> query)
{
    private ReadOnlySpan<char> _rest = query;

    /// <summary>The parameter that was reached, both parts as they stand; a flag has an empty value.</summary>
    public Part Current { get; private set; }

    /// <summary>Whether a name as it stands is a parameter's name.</summary>
    /// <param name="name">The name as it stands.</param>
    /// <param name="wanted">The parameter's name.</param>
    public static bool Is(ReadOnlySpan<char> name, string wanted) => name.ContainsAny('%', '+') ? Decode(name) == wanted : name.SequenceEqual(wanted);

    /// <summary>Decodes a name or value.</summary>
    /// <param name="text">The text as it stands.</param>
    public static string Decode(ReadOnlySpan<char> text) => WebUtility.UrlDecode(text.ToString());

    /// <summary>Walks.</summary>
    public readonly QueryParts GetEnumerator() => this;

    /// <summary>Goes to the next parameter.</summary>
    public bool MoveNext()
    {
        while (!_rest.IsEmpty)
        {
            var end = _rest.IndexOf('&');
            var part = end < 0 ? _rest : _rest[..end];
            _rest = end < 0 ? default : _rest[(end + 1)..];
            if (part.IsEmpty)
            {
                continue;
            }

            var equals = part.IndexOf('=');
            Current = equals < 0 ? new Part(part, default) : new Part(part[..equals], part[(equals + 1)..]);
            return true;
        }

        return false;
    }

    /// <summary>A parameter.</summary>
    /// <param name="name">The name as it stands.</param>
    /// <param name="value">The value as it stands.</param>
    internal readonly ref struct Part(ReadOnlySpan<char> name, ReadOnlySpan<char> value)
    {
        private readonly ReadOnlySpan<char> _name = name;
        private readonly ReadOnlySpan<char> _value = value;

        /// <summary>Both parts.</summary>
        /// <param name="name">The name as it stands.</param>
        /// <param name="value">The value as it stands.</param>
        public void Deconstruct(out ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
        {
            name = _name;
            value = _value;
        }
    }
}
