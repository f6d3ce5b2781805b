using System.Buffers.Binary;
using static Gateway.DataPlane.Config.Lmdb.LmdbFile;

namespace Gateway.DataPlane.Config.Lmdb;

/// <summary>Takes a key and its value during a walk.</summary>
internal delegate void LmdbVisit(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, bool isTree);

/// <summary>Walks over one tree of an <see cref="LmdbFile"/>, judges every page of it, and hands out its keys in their order.</summary>
internal sealed class LmdbTreeWalk(LmdbFile file, Tree tree, LmdbVisit visit)
{
    private const ushort BranchPage = 1;
    private const ushort LeafPage = 2;
    private const ushort OverflowValue = 1;
    private const ushort TreeValue = 2;
    private const int NodeHeader = 8;
    private const int MaxDepth = 32;

    private readonly bool _integerKeys = tree.Flags is not 0;
    private ulong _branches;
    private ulong _leaves;
    private ulong _overflows;
    private ulong _entries;

    /// <summary>Walks.</summary>
    /// <exception cref="InvalidDataException">A page is damaged.</exception>
    public void Run()
    {
        if (!tree.IsEmpty)
        {
            Page(tree.Root, 1, default, default);
        }

        Demand(
            _branches == tree.Branches && _leaves == tree.Leaves && _overflows == tree.Overflows && _entries == tree.Entries,
            "a tree has not the pages and keys that its root counts");
    }

    /// <summary>Walks over the free pages, and claims each for itself.</summary>
    public static void Free(LmdbFile file) => new LmdbTreeWalk(file, file.Free, (key, value, _) =>
    {
        Demand(key.Length is 8 && value.Length >= 8 && value.Length % 8 is 0, "a list of free pages has an odd size");
        var count = BinaryPrimitives.ReadUInt64LittleEndian(value);
        Demand(count == (ulong)(value.Length / 8) - 1, "a list of free pages has another length");
        var last = ulong.MaxValue;
        for (var at = 8; at < value.Length; at += 8)
        {
            var number = BinaryPrimitives.ReadUInt64LittleEndian(value[at..]);
            Demand(number < last, "a list of free pages is not in order");
            file.Claim(number, 1);
            last = number;
        }
    }).Run();

    private void Page(ulong number, int depth, ReadOnlySpan<byte> low, ReadOnlySpan<byte> high)
    {
        Demand(depth <= MaxDepth && depth <= tree.Depth, "a tree is deeper than its root says");
        var page = new byte[file.PageSize];
        file.ReadPage(number, page);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(10));
        var lower = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(12));
        var upper = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(14));
        Demand(lower >= HeaderSize && lower <= upper && upper <= page.Length && lower % 2 is 0, $"page {number} has wrong bounds");
        var count = (lower - HeaderSize) / 2;
        switch (flags)
        {
            case BranchPage:
                Demand(count > 1, $"page {number} has too few branches");
                _branches++;
                Branch(number, page, count, upper, depth, low, high);
                break;
            case LeafPage:
                Demand(count > 0 && depth == tree.Depth, $"page {number} is a leaf in the wrong place");
                _leaves++;
                Leaf(number, page, count, upper, low, high);
                break;
            default:
                throw new InvalidDataException($"page {number} is of an unknown kind");
        }
    }

    private void Branch(ulong number, byte[] page, int count, int upper, int depth, ReadOnlySpan<byte> low, ReadOnlySpan<byte> high)
    {
        var node = Node.Read(page, 0, upper, number);
        for (var i = 0; i < count; i++)
        {
            var next = i + 1 < count ? Node.Read(page, i + 1, upper, number) : default;
            var nextKey = i + 1 < count ? next.Key(page) : high;
            var key = i is 0 ? low : node.Key(page);
            Demand(IsBetween(nextKey, key, high, highIncluded: true), $"page {number} is not in order");
            Page(node.Page, depth + 1, key, nextKey);
            node = next;
        }
    }

    private void Leaf(ulong number, byte[] page, int count, int upper, ReadOnlySpan<byte> low, ReadOnlySpan<byte> high)
    {
        ReadOnlySpan<byte> former = default;
        for (var i = 0; i < count; i++)
        {
            var node = Node.Read(page, i, upper, number);
            var key = node.Key(page);
            Demand(
                key.Length is > 0 and <= LmdbTransaction.MaxKey && IsBetween(key, low, high, highIncluded: false) && (i is 0 || Compare(former, key) < 0),
                $"page {number} is not in order");
            former = key;
            _entries++;
            var isTree = (node.Flags & TreeValue) is not 0;
            Demand((node.Flags & ~(OverflowValue | TreeValue)) is 0, $"page {number} holds a value of an unknown kind");
            if ((node.Flags & OverflowValue) is 0)
            {
                Demand(node.DataAt + (long)node.DataSize <= page.Length, $"page {number} holds a value beyond its end");
                visit(key, page.AsSpan(node.DataAt, (int)node.DataSize), isTree);
                continue;
            }

            Demand(node.DataAt + 8 <= page.Length && node.DataSize <= int.MaxValue, $"page {number} holds a value beyond its end");
            var bytes = file.ReadOverflow(BinaryPrimitives.ReadUInt64LittleEndian(page.AsSpan(node.DataAt)), (int)node.DataSize, out var pages);
            _overflows += (ulong)pages;
            visit(key, bytes.AsSpan(HeaderSize, (int)node.DataSize), isTree);
        }
    }

    /// <summary>Whether a key is not below one bound and below another; an empty one is no bound.</summary>
    private bool IsBetween(ReadOnlySpan<byte> key, ReadOnlySpan<byte> low, ReadOnlySpan<byte> high, bool highIncluded) =>
        key.IsEmpty
        || ((low.IsEmpty || Compare(low, key) <= 0) && (high.IsEmpty || Compare(key, high) is var order && (order < 0 || (highIncluded && order is 0))));

    private int Compare(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => _integerKeys && left.Length is 8 && right.Length is 8
        ? BinaryPrimitives.ReadUInt64LittleEndian(left).CompareTo(BinaryPrimitives.ReadUInt64LittleEndian(right))
        : left.SequenceCompareTo(right);

    /// <summary>A node of a page, as it lies there.</summary>
    private readonly record struct Node(int At, ushort Low, ushort High, ushort Flags, ushort KeySize)
    {
        /// <summary>The page that a branch leads to.</summary>
        public ulong Page => Low | ((ulong)High << 16) | ((ulong)Flags << 32);

        /// <summary>The size of a leaf's value.</summary>
        public uint DataSize => Low | ((uint)High << 16);

        public int DataAt => At + NodeHeader + KeySize;

        public ReadOnlySpan<byte> Key(byte[] page) => page.AsSpan(At + NodeHeader, KeySize);

        public static Node Read(byte[] page, int index, int upper, ulong number)
        {
            var at = BinaryPrimitives.ReadUInt16LittleEndian(page.AsSpan(HeaderSize + (index * 2)));
            Demand(at >= upper && at + NodeHeader <= page.Length, $"page {number} points outside of itself");
            var bytes = page.AsSpan(at);
            var node = new Node(
                at,
                BinaryPrimitives.ReadUInt16LittleEndian(bytes),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]));
            Demand(node.DataAt <= page.Length, $"page {number} holds a key beyond its end");
            return node;
        }
    }
}
