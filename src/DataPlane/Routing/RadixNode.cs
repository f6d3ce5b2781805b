using System.Numerics;
using System.Runtime.Intrinsics;

namespace Gateway.DataPlane.Routing;

/// <summary>
/// A radix tree whose versions share what they have in common: a change copies the nodes on its way from the root, and no others.
/// Whoever makes many changes names an owner, and copies no node twice.
/// </summary>
/// <remarks>
/// In a large tree each object that a search looks at is a miss of the processor's caches. So the first characters of up to sixteen children stand in the node, and so does a short label;
/// a search looks at the node and at the array of its children.
/// </remarks>
/// <typeparam name="T">What stands under the keys.</typeparam>
internal sealed class RadixNode<T>
    where T : class
{
    // Labels up to this long are compared without a look at the text.
    private const int ShortLabel = 5;

    private string _label;
    private int _length;
    private ulong _head;
    private char[] _keys;
    private RadixNode<T>[] _children;
    private object? _owner;

    // The keys once more, where none of them is beyond ASCII; zero, which no path has in it, stands in the places behind them.
    private Vector128<byte> _shortKeys;
    private bool _hasShortKeys;

    private RadixNode(string label, char[] keys, RadixNode<T>[] children, T? value, object? owner)
    {
        _label = label;
        (_keys, _children, Value, _owner) = (keys, children, value, owner);
        Label(label);
        Keyed();
    }

    /// <summary>The tree without anything in it.</summary>
    public static RadixNode<T> Empty { get; } = new(string.Empty, [], [], null, null);

    /// <summary>What stands under the key that ends here, or null.</summary>
    public T? Value { get; private set; }

    /// <summary>Whether nothing is in the tree.</summary>
    public bool IsEmpty => Value is null && _children.Length is 0;

    /// <summary>The next node on the way of a text; null where no key goes on so.</summary>
    /// <param name="rest">What of the text is left; what the node stands for is taken off.</param>
    public RadixNode<T>? Next(ref ReadOnlySpan<char> rest)
    {
        if (rest.IsEmpty)
        {
            return null;
        }

        var index = IndexOf(rest[0]);
        if ((uint)index >= (uint)_children.Length || _children[index] is not { } child || !child.Begins(rest))
        {
            return null;
        }

        rest = rest[child._length..];
        return child;
    }

    /// <summary>What stands under a key, or null.</summary>
    /// <param name="key">The key.</param>
    public T? Find(ReadOnlySpan<char> key)
    {
        var node = this;
        while (!key.IsEmpty)
        {
            node = node.Next(ref key);
            if (node is null)
            {
                return null;
            }
        }

        return node.Value;
    }

    /// <summary>The tree with another value under a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; null takes the key out.</param>
    /// <param name="owner">Whose changes these are; nodes made under the same owner are changed in place.</param>
    public RadixNode<T> Set(ReadOnlySpan<char> key, T? value, object owner)
    {
        var root = OwnedBy(owner);
        var (node, parent, grandparent) = (root, (RadixNode<T>?)null, (RadixNode<T>?)null);
        while (!key.IsEmpty)
        {
            var next = node.Descend(ref key, owner);
            (grandparent, parent, node) = (parent, node, next);
        }

        node.Value = value;
        if (value is null && parent is not null)
        {
            node.Tidy(parent, grandparent, owner);
        }

        return root;
    }

    private RadixNode<T> OwnedBy(object owner) =>
        ReferenceEquals(_owner, owner) ? this : new RadixNode<T>(_label, [.. _keys], [.. _children], Value, owner);

    /// <summary>The node one label further down, made or split when it is not there, and free to be changed.</summary>
    private RadixNode<T> Descend(ref ReadOnlySpan<char> rest, object owner)
    {
        var index = Array.BinarySearch(_keys, rest[0]);
        if (index < 0)
        {
            var leaf = new RadixNode<T>(rest.ToString(), [], [], null, owner);
            (_keys, _children) = ([.. _keys[..~index], rest[0], .. _keys[~index..]], [.. _children[..~index], leaf, .. _children[~index..]]);
            Keyed();
            rest = [];
            return leaf;
        }

        var child = _children[index].OwnedBy(owner);
        var common = rest.CommonPrefixLength(child._label);
        if (common < child._label.Length)
        {
            var upper = new RadixNode<T>(child._label[..common], [child._label[common]], [child], null, owner);
            child.Label(child._label[common..]);
            child = upper;
        }

        _children[index] = child;
        rest = rest[common..];
        return child;
    }

    /// <summary>Takes out a node that stands for nothing any more; its parent, when that then only leads on, becomes one with what it leads to.</summary>
    private void Tidy(RadixNode<T> parent, RadixNode<T>? grandparent, object owner)
    {
        if (_children.Length is 1)
        {
            Absorb(owner);
        }
        else if (_children.Length is 0)
        {
            var index = Array.BinarySearch(parent._keys, _label[0]);
            (parent._keys, parent._children) = ([.. parent._keys[..index], .. parent._keys[(index + 1)..]], [.. parent._children[..index], .. parent._children[(index + 1)..]]);
            parent.Keyed();
            if (grandparent is not null && parent.Value is null && parent._children.Length is 1)
            {
                parent.Absorb(owner);
            }
        }
    }

    private void Absorb(object owner)
    {
        var child = _children[0].OwnedBy(owner);
        (_keys, _children, Value) = (child._keys, child._children, child.Value);
        Label(_label + child._label);
        Keyed();
    }

    private void Label(string label)
    {
        (_label, _length, _head) = (label, label.Length, 0);
        for (var i = 1; i < Math.Min(label.Length, ShortLabel); i++)
        {
            _head |= (ulong)label[i] << (16 * (i - 1));
        }
    }

    private void Keyed()
    {
        Span<byte> keys = stackalloc byte[Vector128<byte>.Count];
        keys.Clear();
        _hasShortKeys = _keys.Length <= keys.Length && Array.TrueForAll(_keys, k => k is > '\0' and <= '\x7f');
        for (var i = 0; _hasShortKeys && i < _keys.Length; i++)
        {
            keys[i] = (byte)_keys[i];
        }

        _shortKeys = Vector128.Create<byte>(keys);
    }

    /// <summary>The child that a character leads to; out of range where there is none.</summary>
    private int IndexOf(char key)
    {
        if (!_hasShortKeys)
        {
            return _keys.AsSpan().IndexOf(key);
        }

        return key is > '\0' and <= '\x7f' ? BitOperations.TrailingZeroCount(Vector128.Equals(_shortKeys, Vector128.Create((byte)key)).ExtractMostSignificantBits()) : -1;
    }

    /// <summary>Whether a text, whose first character is known to be the label's, begins with the label.</summary>
    private bool Begins(ReadOnlySpan<char> text)
    {
        if (_length > ShortLabel)
        {
            return text.StartsWith(_label);
        }

        if (text.Length < _length)
        {
            return false;
        }

        for (var i = 1; i < _length; i++)
        {
            if (text[i] != (char)(_head >> (16 * (i - 1))))
            {
                return false;
            }
        }

        return true;
    }
}
