using System.Text;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Config.Lmdb;
using Gateway.DataPlane.Sync;
using Gateway.Testing;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Tests.Config;

public sealed class DamagedStoreTests : IDisposable
{
    private static readonly TestTime _time = new(DateTimeOffset.UnixEpoch.AddYears(50));
    private readonly TempFolder _folder = new();

    private string Folder => _folder.Of("dbless.lmdb");

    private string Data => Path.Combine(Folder, "data.mdb");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("zero", "the file is empty")]
    [InlineData("garbage", "not that of an LMDB file")]
    [InlineData("text", "the file is truncated")]
    [InlineData("half", "")]
    [InlineData("two pages", "")]
    [InlineData("one byte less", "")]
    [InlineData("another LMDB file", "not written by this gateway")]
    [InlineData("another format", "another format version")]
    [InlineData("a file in place of the folder", "it is a file and no folder")]
    public async Task Open_DamagedFile_IsPutAsideAndNamedOnce(string kind, string reason)
    {
        await FillAsync(200);
        var bytes = File.ReadAllBytes(Data);
        switch (kind)
        {
            case "zero": File.WriteAllBytes(Data, []); break;
            case "garbage": File.WriteAllBytes(Data, new Random(1).GetItems(Enumerable.Range(0, 256).Select(b => (byte)b).ToArray(), 100_000)); break;
            case "text": File.WriteAllText(Data, "hello"); break;
            case "half": File.WriteAllBytes(Data, bytes[..(bytes.Length / 2)]); break;
            case "two pages": File.WriteAllBytes(Data, bytes[..8192]); break;
            case "one byte less": File.WriteAllBytes(Data, bytes[..^1]); break;
            case "another LMDB file": WriteForeign(); break;
            case "another format": WriteFormat("gateway-configuration 0"u8); break;
            default:
                Directory.Delete(Folder, recursive: true);
                File.WriteAllText(Folder, "hello");
                break;
        }

        using var log = new TestLog();
        using var loggers = log.Factory();
        using var plane = new TestPlane(Folder, _time, logger: loggers.CreateLogger<ConfigStore>());

        var line = log.Lines.ShouldHaveSingleItem();
        line.ShouldStartWith("Warning ");
        line.ShouldContain(reason);
        line.ShouldContain($"{Folder}.damaged-20200101T000000Z");
        Path.Exists($"{Folder}.damaged-20200101T000000Z").ShouldBeTrue();
        plane.Store.Current.ShouldBeNull();
        plane.Applier.LoadPersisted().ShouldBe(ApplyOutcome.Unchanged.Instance);
        (await plane.ApplyAsync(Documents.Sample())).ShouldBe(ApplyOutcome.Applied.Instance);
    }

    [Fact]
    public async Task Open_DamagedTwiceInOneSecond_BothAreKept()
    {
        for (var i = 0; i < 3; i++)
        {
            await FillAsync(2);
            File.WriteAllBytes(Data, []);
        }

        using var plane = new TestPlane(Folder, _time);
        Directory.GetDirectories(_folder.Path).Length.ShouldBe(4);
    }

    [Fact]
    public async Task Open_GarbageLockFile_Works()
    {
        await FillAsync(2);
        File.WriteAllText(Path.Combine(Folder, "lock.mdb"), "garbage");
        using var plane = new TestPlane(Folder, _time);
        plane.Applier.LoadPersisted().ShouldBe(ApplyOutcome.Applied.Instance);
    }

    [Fact]
    public async Task Open_AnyByteFlipped_IsPutAsideOrReadsTheSame()
    {
        // Two configurations, so that there are free pages too.
        await FillAsync(60);
        await FillAsync(61);
        using (var plane = new TestPlane(Folder, _time))
        {
            _contents = plane.Contents();
        }

        var bytes = File.ReadAllBytes(Data);
        var random = new Random(20);
        var aside = 0;
        for (var round = 0; round < 600; round++)
        {
            var flipped = (byte[])bytes.Clone();
            // Every second one hits the beginning of a page, where headers and pointers lie.
            var at = round % 2 is 0 ? random.Next(bytes.Length) : (random.Next(bytes.Length / 4096) * 4096) + random.Next(180);
            flipped[at] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(Data, flipped);
            using var plane = new TestPlane(Folder, _time);
            if (plane.Store.Current is null)
            {
                aside++;
                plane.Contents().ShouldBeEmpty();
                plane.Dispose();
                Directory.Delete(Directory.GetDirectories(_folder.Path, "*.damaged-*").ShouldHaveSingleItem(), recursive: true);
            }
            else
            {
                (plane.Contents() == _contents).ShouldBeTrue($"byte {at} of {bytes.Length}");
                if (round % 20 is 0)
                {
                    (await plane.ApplyAsync(Documents.Sample(62))).ShouldBe(ApplyOutcome.Applied.Instance);
                }
            }
        }

        aside.ShouldBeInRange(100, 550);
    }

    private string? _contents;

    private async Task FillAsync(int count)
    {
        using var plane = new TestPlane(Folder, _time);
        (await plane.ApplyAsync(Documents.Sample(count))).ShouldBe(ApplyOutcome.Applied.Instance);
    }

    private void WriteForeign()
    {
        Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);
        using var environment = LmdbEnvironment.Open(Folder, 1 << 20, 1);
        environment.Write(txn =>
        {
            txn.Put(txn.Database("somebody's", create: true)!.Value, [1], Encoding.UTF8.GetBytes("data"));
            return true;
        });
    }

    private void WriteFormat(ReadOnlySpan<byte> format)
    {
        var copy = format.ToArray();
        using var environment = LmdbEnvironment.Open(Folder, 1 << 20, ConfigStore.Databases.Length);
        environment.Write(txn =>
        {
            txn.Put(txn.Database(ConfigStore.MetaName, create: false)!.Value, ConfigStore.FormatKey, copy);
            return true;
        });
    }
}
