using System.Runtime.CompilerServices;

namespace Gateway.DataPlane.Routing;

/// <summary>
/// A radix tree whose versions share what they have in common: a change copies the arrays of siblings on its way from the root, and no others.
/// Changes that belong together name a <see cref="RadixOwner"/>, and copy no array twice.
/// </summary>
/// <typeparam name="T">What stands under the keys.</typeparam>
internal sealed class RadixTree<T>
    where T : class
{
    private RadixNode<T> _root;

    private RadixTree(in RadixNode<T> root) => _root = root;

    /// <summary>The tree without anything in it.</summary>
    public static RadixTree<T> Empty { get; } = new(default);

    /// <summary>Whether nothing is in the tree.</summary>
    public bool IsEmpty => _root.Value is null && _root.Children is null;

    /// <summary>What stands under a key, or null.</summary>
    /// <param name="key">The key.</param>
    public T? Find(ReadOnlySpan<char> key)
    {
        ref readonly var node = ref _root;
        while (!key.IsEmpty)
        {
            node = ref RadixNode<T>.Next(in node, ref key);
            if (Unsafe.IsNullRef(in node))
            {
                return null;
            }
        }

        return node.Value;
    }

    /// <summary>What stands under the keys that a text begins with, the shortest first.</summary>
    /// <param name="text">The text.</param>
    public Prefixes PrefixesOf(ReadOnlySpan<char> text) => new(in _root, text);

    /// <summary>The tree with another value under a key.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; null takes the key out.</param>
    /// <param name="owner">Whose changes these are; what was made under the same owner is changed in place.</param>
    public RadixTree<T> Set(ReadOnlySpan<char> key, T? value, RadixOwner owner)
    {
        if (value is null && Find(key) is null)
        {
            return this;
        }

        var tree = new RadixTree<T>(in _root);
        ref var node = ref tree._root;
        ref var parent = ref Unsafe.NullRef<RadixNode<T>>();
        ref var grandparent = ref Unsafe.NullRef<RadixNode<T>>();
        while (!key.IsEmpty)
        {
            grandparent = ref parent;
            parent = ref node;
            node = ref node.Descend(ref key, owner);
        }

        node.Value = value;
        if (value is null && !Unsafe.IsNullRef(in parent))
        {
            Tidy(ref node, ref parent, !Unsafe.IsNullRef(in grandparent), owner);
        }

        return tree;
    }

    /// <summary>Takes out a node that stands for nothing any more; its parent, when that then only leads on, becomes one with what it leads to.</summary>
    private static void Tidy(ref RadixNode<T> node, ref RadixNode<T> parent, bool hasGrandparent, RadixOwner owner)
    {
        if (node.Children is { Length: 1 })
        {
            node.Absorb();
        }
        else if (node.Children is null)
        {
            parent.Drop(node.First, owner);
            if (hasGrandparent && parent.Value is null && parent.Children is { Length: 1 })
            {
                parent.Absorb();
            }
        }
    }

    /// <summary>The values on the way of a text.</summary>
    internal ref struct Prefixes
    {
        private ref readonly RadixNode<T> _next;
        private ReadOnlySpan<char> _rest;
        private T? _current;

        /// <summary>Begins at the root.</summary>
        /// <param name="root">The root.</param>
        /// <param name="text">The text.</param>
        public Prefixes(ref readonly RadixNode<T> root, ReadOnlySpan<char> text)
        {
            _next = ref root;
            _rest = text;
        }

        /// <summary>The value.</summary>
        public readonly T Current => _current!;

        /// <summary>Goes on to the next value.</summary>
        /// <returns>Whether there is one.</returns>
        public bool MoveNext()
        {
            while (!Unsafe.IsNullRef(in _next))
            {
                // The next node is on its way from memory while the caller looks at this one's value.
                _current = _next.Value;
                _next = ref RadixNode<T>.Next(in _next, ref _rest);
                if (_current is not null)
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>The values themselves.</summary>
        public readonly Prefixes GetEnumerator() => this;
    }
}

/// <summary>Whose changes of radix trees these are: knows the arrays that were made for them, which nobody else has seen yet.</summary>
internal sealed class RadixOwner
{
    private readonly HashSet<Array> _made = new(ReferenceEqualityComparer.Instance);

    /// <summary>Takes note of an array that was made.</summary>
    /// <typeparam name="TArray">The array's type.</typeparam>
    /// <param name="made">The array.</param>
    public TArray[] Made<TArray>(TArray[] made)
    {
        _made.Add(made);
        return made;
    }

    /// <summary>An array to write to: this one, or a copy where others see it.</summary>
    /// <typeparam name="TArray">The array's type.</typeparam>
    /// <param name="array">The array.</param>
    public TArray[] Writable<TArray>(TArray[] array) => _made.Contains(array) ? array : Made([.. array]);
}
