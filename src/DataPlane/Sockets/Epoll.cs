using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gateway.DataPlane.Sockets;

/// <summary>The functions of Linux by which sockets are read and written without waiting, and waited for together.</summary>
internal static unsafe partial class Epoll
{
    /// <summary>Octets, or the end, can be received.</summary>
    public const uint Readable = 0x1;

    /// <summary>Octets can be sent.</summary>
    public const uint Writable = 0x4;

    /// <summary>The connection has failed, or either side has ended it.</summary>
    public const uint Over = 0x8 | 0x10 | 0x2000;

    /// <summary>Something was interrupted or would have to wait.</summary>
    public const int Again = 11;

    /// <summary>More follows at once: what is sent waits for it.</summary>
    public const int More = 0x8000;

    private const int Interrupted = 4;
    private const int IsConnected = 106;
    private const int Already = 114;
    private const int InProgress = 115;
    private const int DontWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int CloseOnExec = 0x80000;
    private const int Add = 1;
    private const uint EdgeTriggered = 1u << 31;

    // The kernel packs the structure on x86-64 alone.
    private static readonly int _dataOffset = RuntimeInformation.ProcessArchitecture is Architecture.X64 ? 4 : 8;

    /// <summary>The size of an event, in octets.</summary>
    public static int EventSize { get; } = _dataOffset + 8;

    /// <summary>Makes something that waits for many sockets.</summary>
    public static int Create() => EpollCreate(CloseOnExec) is >= 0 and var epoll ? epoll : throw new InvalidOperationException($"epoll_create1 failed with {Marshal.GetLastPInvokeError()}.");

    /// <summary>Waits for a socket too, from now on: each change is told once.</summary>
    /// <param name="epoll">What waits.</param>
    /// <param name="descriptor">The socket's descriptor.</param>
    public static void Watch(int epoll, int descriptor)
    {
        var entry = stackalloc byte[EventSize];
        *(uint*)entry = Readable | Writable | Over | EdgeTriggered;
        *(long*)(entry + _dataOffset) = descriptor;
        if (EpollControl(epoll, Add, descriptor, entry) < 0)
        {
            throw Error(Marshal.GetLastPInvokeError());
        }
    }

    /// <summary>Waits until something happens.</summary>
    /// <param name="epoll">What waits.</param>
    /// <param name="events">Takes the events.</param>
    /// <param name="most">How many there is room for.</param>
    /// <returns>How many there are; 0 when it was interrupted.</returns>
    public static int Wait(int epoll, byte* events, int most) => Math.Max(0, EpollWait(epoll, events, most, -1));

    /// <summary>An event and the descriptor of its socket.</summary>
    /// <param name="entry">The event.</param>
    public static (uint Events, int Descriptor) Read(byte* entry) => (*(uint*)entry, (int)*(long*)(entry + _dataOffset));

    /// <summary>Receives what is there.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="buffer">Takes the octets.</param>
    /// <returns>How many there were, 0 at the end; below 0 the error, negated.</returns>
    public static int Receive(SafeSocketHandle socket, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            return Result(Receive(socket, start, buffer.Length, DontWait));
        }
    }

    /// <summary>Sends what there is room for.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="bytes">The octets.</param>
    /// <param name="flags">0 or <see cref="More"/>.</param>
    /// <returns>How many were taken; below 0 the error, negated.</returns>
    public static int Send(SafeSocketHandle socket, ReadOnlySpan<byte> bytes, int flags)
    {
        fixed (byte* start = bytes)
        {
            return Result(Send(socket, start, bytes.Length, DontWait | NoSignal | flags));
        }
    }

    /// <summary>Connects a socket that does not block, or asks how far that is.</summary>
    /// <param name="socket">The socket.</param>
    /// <param name="address">The address as the kernel wants it.</param>
    /// <returns>0 when it is connected; below 0 the error, negated.</returns>
    public static int Connect(SafeSocketHandle socket, ReadOnlySpan<byte> address)
    {
        fixed (byte* start = address)
        {
            return Connect(socket, start, (uint)address.Length) is 0 ? 0 : Marshal.GetLastPInvokeError() switch
            {
                IsConnected => 0,
                InProgress or Already or Interrupted => -Again,
                var error => -error,
            };
        }
    }

    /// <summary>An error of the kernel as an exception.</summary>
    /// <param name="error">The error.</param>
    public static SocketException Error(int error) => new((int)(error switch
    {
        32 or 104 => SocketError.ConnectionReset,
        101 => SocketError.NetworkUnreachable,
        103 => SocketError.ConnectionAborted,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    }));

    private static int Result(nint result) => result >= 0 ? (int)result : Marshal.GetLastPInvokeError() is Interrupted ? -Again : -Marshal.GetLastPInvokeError();

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int EpollCreate(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int EpollControl(int epoll, int operation, int descriptor, byte* entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait")]
    private static partial int EpollWait(int epoll, byte* events, int most, int timeout);

    [LibraryImport("libc", EntryPoint = "recv", SetLastError = true)]
    private static partial nint Receive(SafeSocketHandle socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "send", SetLastError = true)]
    private static partial nint Send(SafeSocketHandle socket, byte* bytes, nint length, int flags);

    [LibraryImport("libc", EntryPoint = "connect", SetLastError = true)]
    private static partial int Connect(SafeSocketHandle socket, byte* address, uint length);
}
