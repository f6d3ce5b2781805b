using Gateway.Hosting.Logging;

namespace Gateway.Hosting.AccessLogs;

/// <summary>Gathers lines of many requests in memory and writes them to a file from one thread of its own, so that no request ever waits for a disk or a pipe.</summary>
public sealed class LogBuffer : IDisposable
{
    // What nobody takes in time is dropped: some ten thousand lines.
    private const int Limit = 4 * 1024 * 1024;
    private const int Roomy = 64 * 1024;

    // Often enough for a person who reads along, and seldom enough to cost nothing.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly SemaphoreSlim _filled = new(0);
    private readonly ManualResetEventSlim _ended = new();
    private readonly LogFile _file;
    private readonly Action<long> _complain;
    private readonly Thread _writer;
    private byte[] _lines = new byte[Roomy];
    private byte[] _spare = new byte[Roomy];
    private int _length;
    private long _dropped;

    /// <summary>Starts to write to a file.</summary>
    /// <param name="file">The file, which stays open.</param>
    /// <param name="complain">Told how many lines were dropped, after the fact.</param>
    public LogBuffer(LogFile file, Action<long> complain)
    {
        _file = file;
        _complain = complain;
        _writer = new Thread(Write) { IsBackground = true, Name = "access log" };
        _writer.Start();
    }

    /// <summary>Adds a line, or drops it when the file takes nothing.</summary>
    /// <param name="line">The line with its break.</param>
    public void Add(ReadOnlySpan<byte> line)
    {
        lock (_lock)
        {
            if (_length + line.Length > Limit)
            {
                _dropped++;
                return;
            }

            if (_length + line.Length > _lines.Length)
            {
                Array.Resize(ref _lines, Math.Max(_lines.Length * 2, _length + line.Length));
            }

            line.CopyTo(_lines.AsSpan(_length));
            _length += line.Length;
            if (_length != line.Length)
            {
                return;
            }
        }

        // The first line wakes the writer, which takes along what comes meanwhile.
        _filled.Release();
    }

    /// <summary>Writes what is left, and ends.</summary>
    public void Dispose()
    {
        _ended.Set();
        _filled.Release();

        // A pipe that nobody reads must not keep the node from ending.
        if (_writer.Join(TimeSpan.FromSeconds(2)))
        {
            _filled.Dispose();
            _ended.Dispose();
        }
    }

    private void Write()
    {
        while (!_ended.IsSet)
        {
            _filled.Wait();
            Take();
            _ended.Wait(_pause);
        }

        Take();
    }

    private void Take()
    {
        int length;
        long dropped;
        lock (_lock)
        {
            (_lines, _spare) = (_spare, _lines);
            (length, _length) = (_length, 0);
            (dropped, _dropped) = (_dropped, 0);
        }

        if (length > 0)
        {
            _file.Write(_spare.AsSpan(0, length));
        }

        if (dropped > 0)
        {
            _complain(dropped);
        }
    }
}
