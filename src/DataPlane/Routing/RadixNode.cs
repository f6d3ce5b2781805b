using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Gateway.DataPlane.Routing;

/// <summary>A node of a <see cref="RadixTree{T}"/>: what stands there, and what leads on.</summary>
/// <remarks>
/// In a large tree each line of memory that a search looks at is a miss of the processor's caches. So nodes are no objects of their own but lie in the array of their siblings, and all that a step needs
/// lies in the node: the first characters of up to sixteen children, and a label of up to nine characters.
/// </remarks>
/// <typeparam name="T">What stands under the keys.</typeparam>
internal struct RadixNode<T>
    where T : class
{
    // The characters of a short label behind the first, a byte each.
    private const int HeadLength = sizeof(ulong);

    private Rare? _rare;
    private ulong _head;
    private int _length;
    private char _first;
    private bool _hasLongLabel;
    private bool _hasManyKeys;

    // A type of its own, which the runtime puts behind all the rest: a node without children needs nothing of it.
    private ShortKeys _keys;

    private RadixNode(ReadOnlySpan<char> label, T? value)
    {
        Value = value;
        Label(label);
    }

    /// <summary>What stands under the key that ends here, or null.</summary>
    public T? Value { get; set; }

    /// <summary>The children in the order of their first characters; null when there are none.</summary>
    public RadixNode<T>[]? Children { get; private set; }

    /// <summary>The first character of the label.</summary>
    public readonly char First => _first;

    /// <summary>The next node on the way of a text; the null reference where no key goes on so.</summary>
    /// <param name="node">The node.</param>
    /// <param name="rest">What of the text is left; what the next node stands for is taken off.</param>
    public static ref readonly RadixNode<T> Next(ref readonly RadixNode<T> node, scoped ref ReadOnlySpan<char> rest)
    {
        var children = node.Children;
        if (children is not null && !rest.IsEmpty)
        {
            var index = node.IndexOf(rest[0]);
            if ((uint)index < (uint)children.Length)
            {
                ref readonly var child = ref children[index];
                if (child.Begins(rest))
                {
                    rest = rest[child._length..];
                    return ref child;
                }
            }
        }

        return ref Unsafe.NullRef<RadixNode<T>>();
    }

    /// <summary>The node one label further down, made or split when it is not there, and free to be changed.</summary>
    /// <param name="rest">What of the key is left; what the next node stands for is taken off.</param>
    /// <param name="owner">Whose change this is.</param>
    public ref RadixNode<T> Descend(scoped ref ReadOnlySpan<char> rest, RadixOwner owner)
    {
        var index = Find(rest[0]);
        if (index < 0)
        {
            index = ~index;
            var siblings = Children ?? [];
            Adopt([.. siblings[..index], new(rest, null), .. siblings[index..]], owner);
            rest = [];
            return ref Children![index];
        }

        Children = owner.Writable(Children!);
        ref var child = ref Children[index];
        var label = child.Text;
        var common = rest.CommonPrefixLength(label);
        if (common < label.Length)
        {
            var lower = child;
            lower.Label(label.AsSpan(common));
            child = new RadixNode<T>(label.AsSpan(0, common), null);
            child.Adopt([lower], owner);
        }

        rest = rest[common..];
        return ref child;
    }

    /// <summary>Takes the place of the only child.</summary>
    public void Absorb()
    {
        var label = Text;
        this = Children![0];
        Label(label + Text);
    }

    /// <summary>Takes a child out.</summary>
    /// <param name="first">The first character of its label.</param>
    /// <param name="owner">Whose change this is.</param>
    public void Drop(char first, RadixOwner owner)
    {
        var index = Find(first);
        Adopt([.. Children![..index], .. Children[(index + 1)..]], owner);
    }

    private readonly string Text
    {
        get
        {
            if (_hasLongLabel)
            {
                return _rare!.Label!;
            }

            Span<char> text = stackalloc char[1 + HeadLength];
            text[0] = _first;
            for (var i = 1; i < _length; i++)
            {
                text[i] = (char)(byte)(_head >> (8 * (i - 1)));
            }

            return text[.._length].ToString();
        }
    }

    private void Label(ReadOnlySpan<char> label)
    {
        (_first, _length, _head) = (label[0], label.Length, 0);
        _hasLongLabel = label.Length > 1 + HeadLength || !System.Text.Ascii.IsValid(label[1..]);
        _rare = Rare.Of(_hasLongLabel ? label.ToString() : null, _rare?.Keys);
        for (var i = 1; i < label.Length && !_hasLongLabel; i++)
        {
            _head |= (ulong)label[i] << (8 * (i - 1));
        }
    }

    private void Adopt(RadixNode<T>[] children, RadixOwner owner)
    {
        Children = children.Length is 0 ? null : owner.Made(children);
        _hasManyKeys = children.Length > ShortKeys.Most || Array.Exists(children, c => c._first is '\0' or > '\x7f');
        _keys = _hasManyKeys ? default : ShortKeys.Of(Array.ConvertAll(children, c => (byte)c._first));
        _rare = Rare.Of(_rare?.Label, _hasManyKeys ? Array.ConvertAll(children, c => c._first) : null);
    }

    /// <summary>The child that a character leads to, or the complement of where it would stand.</summary>
    private readonly int Find(char key)
    {
        var index = 0;
        while (index < (Children?.Length ?? 0) && Children![index]._first < key)
        {
            index++;
        }

        return index < (Children?.Length ?? 0) && Children![index]._first == key ? index : ~index;
    }

    /// <summary>The child that a character leads to; out of range where there is none.</summary>
    private readonly int IndexOf(char key)
    {
        if (_hasManyKeys)
        {
            return _rare!.Keys.AsSpan().IndexOf(key);
        }

        return key is > '\0' and <= '\x7f'
            ? BitOperations.TrailingZeroCount(Vector128.Equals(_keys.All, Vector128.Create((byte)key)).ExtractMostSignificantBits())
            : -1;
    }

    /// <summary>Whether a text, whose first character is known to be the label's, begins with the label.</summary>
    private readonly bool Begins(ReadOnlySpan<char> text)
    {
        if (_hasLongLabel)
        {
            return text.StartsWith(_rare!.Label);
        }

        if (text.Length > HeadLength)
        {
            // Eight characters at once; what is no byte becomes one that is in no short label.
            var characters = Vector128.LoadUnsafe(ref Unsafe.As<char, ushort>(ref MemoryMarshal.GetReference(text)), 1);
            var bytes = Vector128.NarrowWithSaturation(characters, characters).AsUInt64()[0];
            return BitOperations.TrailingZeroCount(bytes ^ _head) >= 8 * (_length - 1);
        }

        if (text.Length < _length)
        {
            return false;
        }

        for (var i = 1; i < _length; i++)
        {
            if (text[i] != (char)(byte)(_head >> (8 * (i - 1))))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The first characters of the children, a byte each; zero, which no path has in it, stands in the places behind them.</summary>
    private readonly struct ShortKeys(ulong first, ulong second)
    {
        public const int Most = 16;

        public Vector128<byte> All => Vector128.Create(first, second).AsByte();

        public static ShortKeys Of(ReadOnlySpan<byte> keys)
        {
            Span<ulong> words = [0, 0];
            keys.CopyTo(MemoryMarshal.AsBytes(words));
            return new(words[0], words[1]);
        }
    }

    /// <summary>What few nodes need.</summary>
    /// <param name="Label">The label, where it is long; null otherwise.</param>
    /// <param name="Keys">The first characters of the children, where they are many; null otherwise.</param>
    private sealed record Rare(string? Label, char[]? Keys)
    {
        public static Rare? Of(string? label, char[]? keys) => label is null && keys is null ? null : new(label, keys);
    }
}
