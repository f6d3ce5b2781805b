using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Gateway.DataPlane.Config.Lmdb;

/// <summary>
/// Reads an LMDB file with plain file access and bounds checks everywhere. LMDB itself trusts its file: what points
/// outside, or lies beyond the end of a truncated file, ends the process with a signal. So a file is walked here first.
/// </summary>
internal sealed class LmdbFile : IDisposable
{
    public const int HeaderSize = 16;
    private const uint Magic = 0xBEEFC0DE;
    private const uint DataVersion = 1;
    private const ushort IntegerKeys = 0x08;

    private readonly SafeFileHandle _file;
    private readonly HashSet<ulong> _taken = [];

    private LmdbFile(SafeFileHandle file)
    {
        _file = file;
        Length = RandomAccess.GetLength(file);
    }

    /// <summary>The file's length.</summary>
    public long Length { get; }

    /// <summary>The size of its pages.</summary>
    public int PageSize { get; private set; }

    /// <summary>The tree of free pages.</summary>
    public Tree Free { get; private set; }

    /// <summary>The tree of named databases.</summary>
    public Tree Main { get; private set; }

    private ulong LastPage { get; set; }

    /// <summary>Opens a file and reads its newest state.</summary>
    /// <exception cref="InvalidDataException">It is not an LMDB file of this machine's kind.</exception>
    public static LmdbFile Open(string path)
    {
        var file = new LmdbFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        try
        {
            file.ReadMeta();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads one page of a tree, which no other place may claim.</summary>
    public void ReadPage(ulong number, Span<byte> page)
    {
        Claim(number, 1);
        Read(number, page);
        Demand(BinaryPrimitives.ReadUInt64LittleEndian(page) == number, $"page {number} names another number");
    }

    /// <summary>Reads a value that has pages of its own.</summary>
    public byte[] ReadOverflow(ulong number, int size, out int pages)
    {
        pages = (int)((HeaderSize - 1L + size) / PageSize) + 1;
        Demand((long)pages * PageSize <= Length, $"the value at page {number} is larger than the file");
        Claim(number, (ulong)pages);
        var bytes = new byte[pages * PageSize];
        Read(number, bytes);
        Demand(
            BinaryPrimitives.ReadUInt64LittleEndian(bytes) == number
            && BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(10)) is 4
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(12)) == pages,
            $"page {number} is not the beginning of a value of {size} bytes");
        return bytes;
    }

    /// <summary>Marks pages as used; each belongs to one place only.</summary>
    public void Claim(ulong first, ulong count)
    {
        for (var number = first; number < first + count; number++)
        {
            Demand(number is >= 2 && number <= LastPage, $"page {number} is outside of the file");
            Demand(_taken.Add(number), $"page {number} is used twice");
        }
    }

    /// <summary>Throws unless a condition holds that every sound file keeps.</summary>
    public static void Demand(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void ReadMeta()
    {
        Span<byte> meta = stackalloc byte[HeaderSize + 136];
        Demand(Length > 0, "the file is empty");
        Demand(ReadAt(0, meta), "the file is truncated");
        PageSize = (int)BinaryPrimitives.ReadUInt32LittleEndian(meta[(HeaderSize + 24)..]);
        Demand(IsMeta(meta, 0), "the first page is not that of an LMDB file");
        Demand(PageSize is >= 512 and <= 65536 && int.IsPow2(PageSize), $"pages of {PageSize} bytes");
        var even = meta.ToArray();
        Demand(ReadAt(PageSize, meta), "the file is truncated");
        Demand(IsMeta(meta, 1), "the second page is not that of an LMDB file");
        // Transactions write the two in turn, so their numbers are neighbours; a new file has 0 in both.
        var (first, second) = (Transaction(even), Transaction(meta));
        Demand(first == second ? first is 0 : first > second ? first == second + 1 && first % 2 is 0 : second == first + 1 && second % 2 is 1,
            $"the transactions {first} and {second} do not follow each other");
        var newest = second > first ? meta.ToArray() : even;
        var body = newest.AsSpan(HeaderSize);
        Free = Tree.Read(body[24..]);
        Main = Tree.Read(body[72..]);
        LastPage = BinaryPrimitives.ReadUInt64LittleEndian(body[120..]);
        Demand(Free.Flags is IntegerKeys && Main.Flags is 0 && Free.PageSize == PageSize, "unknown flags");
        // Pages at the end that are free may never have been written; but there are not that many.
        Demand(LastPage >= 1 && LastPage < (ulong)((Length * 4) + (1L << 30)) / (ulong)PageSize, $"{LastPage} pages in {Length} bytes");
    }

    private static ulong Transaction(ReadOnlySpan<byte> meta) => BinaryPrimitives.ReadUInt64LittleEndian(meta[(HeaderSize + 128)..]);

    private static bool IsMeta(ReadOnlySpan<byte> page, ulong number) =>
        BinaryPrimitives.ReadUInt64LittleEndian(page) == number
        && BinaryPrimitives.ReadUInt16LittleEndian(page[10..]) is 8
        && BinaryPrimitives.ReadUInt32LittleEndian(page[HeaderSize..]) is Magic
        && BinaryPrimitives.ReadUInt32LittleEndian(page[(HeaderSize + 4)..]) is DataVersion;

    private void Read(ulong number, Span<byte> into) => Demand(ReadAt((long)number * PageSize, into), $"page {number} is beyond the end of the file");

    private bool ReadAt(long offset, Span<byte> into)
    {
        while (!into.IsEmpty)
        {
            var read = RandomAccess.Read(_file, into, offset);
            if (read is 0)
            {
                return false;
            }

            into = into[read..];
            offset += read;
        }

        return true;
    }

    /// <summary>The root of a tree and what it says of itself.</summary>
    public readonly record struct Tree(uint PageSize, ushort Flags, ushort Depth, ulong Branches, ulong Leaves, ulong Overflows, ulong Entries, ulong Root)
    {
        public const int Size = 48;
        private const ulong NoPage = ulong.MaxValue;

        public bool IsEmpty => Root is NoPage;

        public static Tree Read(ReadOnlySpan<byte> bytes) => new(
            BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt16LittleEndian(bytes[6..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[32..]),
            BinaryPrimitives.ReadUInt64LittleEndian(bytes[40..]));
    }
}
