using Gateway.DataPlane.Config;
using Gateway.Sync;

namespace Gateway.DataPlane.Tests.Config;

public sealed class ConfigStoreTests : IDisposable
{
    private static readonly Guid _workspace = Guid.NewGuid();
    private readonly TempFolder _folder = new();

    private string Folder => _folder.Of("dbless.lmdb");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replace_LongAndOddValues_AreFound()
    {
        using var plane = new TestPlane(Folder);
        string[] values = ["", "a", "a=b|c", "ä€😀", new('x', 511), new('x', 512), new('x', 513), new string('x', 20_000) + "y", new string('x', 20_000) + "z"];
        var generation = plane.Store.GenerationOf("things");
        Replace(plane.Store, "1", [.. values.Select((v, i) => Row(i, v))]);
        for (var i = 0; i < values.Length; i++)
        {
            Find(plane.Store, values[i]).ShouldBe(Documents.Id(9, i));
        }

        Find(plane.Store, new string('x', 20_000)).ShouldBeNull();
        plane.Store.Current!.Hash.ShouldBe(Hash("1"));
        generation.Value.ShouldBe(1);
    }

    [Fact]
    public void Replace_ApproverReads_SeesTheNewRows()
    {
        using var plane = new TestPlane(Folder);
        Replace(plane.Store, "1", [Row(1, "one")]);
        plane.Store.Replace(Config("2", 1), [Row(2, "two")], reader =>
        {
            reader.Count.ShouldBe(1);
            reader.Unique("things", "name", _workspace, "one").ShouldBeNull();
            reader.Unique("things", "name", _workspace, "two").ShouldBe(Documents.Id(9, 2));
            // Another reader still sees the old ones.
            Find(plane.Store, "one").ShouldBe(Documents.Id(9, 1));
            return false;
        }).ShouldBeFalse();
        Find(plane.Store, "one").ShouldBe(Documents.Id(9, 1));
        plane.Store.Current!.Hash.ShouldBe(Hash("1"));
    }

    [Fact]
    public void Replace_MapTooSmall_GrowsAndJudgesOnce()
    {
        using var plane = new TestPlane(Folder, mapSize: 64 << 10);
        var judged = 0;
        plane.Store.Replace(Config("1", 5000), [.. Enumerable.Range(0, 5000).Select(i => Row(i, $"name-{i}"))], _ => ++judged > 0).ShouldBeTrue();
        judged.ShouldBe(1);
        Find(plane.Store, "name-4999").ShouldBe(Documents.Id(9, 4999));
        plane.Store.Dispose();
        StoreCheck.Damage(Path.Combine(Folder, "data.mdb")).ShouldBeNull();
    }

    [Fact]
    public void Replace_AgainAndAgain_TheFileDoesNotGrowForEver()
    {
        using var plane = new TestPlane(Folder);
        var lengths = Enumerable.Range(0, 30).Select(n =>
        {
            Replace(plane.Store, $"{n}", [.. Enumerable.Range(0, 300).Select(i => Row(i, $"name-{n}-{i}"))]);
            StoreCheck.Damage(Path.Combine(Folder, "data.mdb")).ShouldBeNull();
            return new FileInfo(Path.Combine(Folder, "data.mdb")).Length;
        }).ToArray();
        lengths[^1].ShouldBeLessThan(lengths[0] * 5);
    }

    [Fact]
    public void Open_FolderIsOnlyForItsOwner()
    {
        using var plane = new TestPlane(Folder);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            File.GetUnixFileMode(Path.Combine(Folder, "data.mdb")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public void Open_UsedByAnother_SaysSo()
    {
        using (new TestPlane(Folder))
        {
            Should.Throw<IOException>(() => new TestPlane(Folder)).Message.ShouldBe($"the configuration store at {Folder} is in use by another process");
        }

        using var afterwards = new TestPlane(Folder);
    }

    [Fact]
    public async Task Dispose_WhileAConfigurationIsWritten_WaitsForIt()
    {
        var plane = new TestPlane(Folder);
        using var writing = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        var write = Task.Run(() => plane.Store.Replace(Config("1", 1), [Row(1, "one")], _ =>
        {
            writing.Set();
            return goOn.Wait(TimeSpan.FromSeconds(30));
        }));
        await Task.Run(() => writing.Wait(TimeSpan.FromSeconds(30)));
        var dispose = Task.Run(plane.Store.Dispose);
        dispose.IsCompleted.ShouldBeFalse();
        goOn.Set();
        (await write).ShouldBeTrue();
        await dispose;
        Should.Throw<ObjectDisposedException>(() => Find(plane.Store, "one"));
        using var afterwards = new TestPlane(Folder);
        Find(afterwards.Store, "one").ShouldNotBeNull();
    }

    private static void Replace(ConfigStore store, string hash, StoredRow[] rows) =>
        store.Replace(Config(hash, rows.Length), rows, _ => true).ShouldBeTrue();

    private static Guid? Find(ConfigStore store, string value) => store.Read(value, static (reader, v) => reader.Unique("things", "name", _workspace, v));

    private static StoredConfig Config(string hash, int rows) => new(Hash(hash), ConfigHashes.Empty with { Config = Hash(hash) }, _workspace, rows);

    private static string Hash(string text) => text.PadLeft(32, '0');

    private static StoredRow Row(int number, string name) => new()
    {
        Entity = "things", Id = Documents.Id(9, number), Workspace = _workspace, Json = "{}"u8.ToArray(), Uniques = [new UniqueValue("name", name, _workspace)],
    };
}
