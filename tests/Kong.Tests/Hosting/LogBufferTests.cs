using System.Text;
using Gateway.Hosting.AccessLogs;
using Gateway.Hosting.Logging;

namespace Gateway.Kong.Tests.Hosting;

public sealed class LogBufferTests : IDisposable
{
    private readonly TestCommand _command = new();

    [Fact]
    public async Task Lines_OfManyThreads_AreAllThereAndWhole()
    {
        var path = _command.PathOf("lines.log");
        using (var file = new LogFile(path))
        using (var buffer = new LogBuffer(file, dropped => throw new InvalidOperationException($"{dropped} lines were dropped")))
        {
            await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() =>
            {
                for (var i = 0; i < 2000; i++)
                {
                    buffer.Add(Encoding.ASCII.GetBytes($"{writer} {i}\n"));
                }
            })));
        }

        var written = File.ReadAllLines(path);
        written.Length.ShouldBe(8000);
        foreach (var writer in Enumerable.Range(0, 4))
        {
            written.Where(l => l[0] - '0' == writer).ShouldBe(Enumerable.Range(0, 2000).Select(i => $"{writer} {i}"));
        }
    }

    [Fact]
    public void File_CutShortByATool_GoesOnAtItsEnd()
    {
        var path = _command.PathOf("cut.log");
        using var file = new LogFile(path);
        file.Write("one\n");
        File.WriteAllText(path, "");
        file.Write("two\n");

        File.ReadAllText(path).ShouldBe("two\n");
    }

    [Fact]
    public async Task Writer_WhoseFileTakesNothing_NeitherWaitsNorGrows()
    {
        // Nobody reads this pipe: after 64 KB of it, writing stops.
        var path = _command.PathOf("pipe");
        using (var mkfifo = System.Diagnostics.Process.Start("mkfifo", path))
        {
            await mkfifo.WaitForExitAsync();
        }

        await using var unread = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        var dropped = new TaskCompletionSource<long>();
        var file = new LogFile(path);
        var buffer = new LogBuffer(file, n => dropped.TrySetResult(n));
        var line = new byte[1000];
        for (var i = 0; i < 10_000; i++)
        {
            buffer.Add(line);
        }

        // Once the pipe is read, the node says how many lines are missing.
        var read = new byte[65536];
        while (!dropped.Task.IsCompleted)
        {
            // There is always one more to read.
            buffer.Add(line);
            await unread.ReadExactlyAsync(read.AsMemory(0, 1000));
        }

        (await dropped.Task).ShouldBeInRange(1000, 9000);
        buffer.Dispose();
        file.Dispose();
    }

    public void Dispose() => _command.Dispose();
}
