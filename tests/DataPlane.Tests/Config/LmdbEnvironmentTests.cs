using System.Text;
using Gateway.DataPlane.Config.Lmdb;

namespace Gateway.DataPlane.Tests.Config;

public sealed class LmdbEnvironmentTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_ReadBack_FindsKeysInOrderByPrefix()
    {
        using var environment = Open();
        var db = Database(environment);
        environment.Write(txn =>
        {
            foreach (var key in new[] { "b|2", "a|1", "b|1", "c" })
            {
                txn.Put(db, Bytes(key), Bytes($"value of {key}"));
            }

            txn.Count(db).ShouldBe(4);
            return true;
        });
        using var read = environment.BeginRead();
        read.TryGet(db, Bytes("b|1"), out var value).ShouldBeTrue();
        Encoding.UTF8.GetString(value).ShouldBe("value of b|1");
        read.TryGet(db, Bytes("b|3"), out _).ShouldBeFalse();
        Keys(read, db, "b|").ShouldBe(["b|1", "b|2"]);
        Keys(read, db, "").ShouldBe(["a|1", "b|1", "b|2", "c"]);
        Keys(read, db, "x").ShouldBeEmpty();
    }

    [Fact]
    public void Write_Refused_LeavesNothing()
    {
        using var environment = Open();
        var db = Database(environment);
        environment.Write(txn =>
        {
            txn.Put(db, Bytes("a"), Bytes("1"));
            return false;
        }).ShouldBeFalse();
        using var read = environment.BeginRead();
        read.Count(db).ShouldBe(0);
    }

    [Fact]
    public void Delete_KnownAndUnknownKey_TellsWhich()
    {
        using var environment = Open();
        var db = Database(environment);
        environment.Write(txn =>
        {
            txn.Put(db, Bytes("a"), []);
            txn.Delete(db, Bytes("a")).ShouldBeTrue();
            txn.Delete(db, Bytes("a")).ShouldBeFalse();
            return true;
        });
    }

    [Fact]
    public void Write_MoreThanTheMapHolds_GrowsAndRepeats()
    {
        using var environment = Open();
        var db = Database(environment);
        var before = environment.MapSize;
        var tries = 0;
        environment.Write(txn =>
        {
            tries++;
            for (var i = 0; i < 2000; i++)
            {
                txn.Put(db, BitConverter.GetBytes(i), new byte[1000]);
            }

            return true;
        });
        tries.ShouldBeGreaterThan(1);
        environment.MapSize.ShouldBeGreaterThan(before);
        using var read = environment.BeginRead();
        read.Count(db).ShouldBe(2000);
    }

    [Fact]
    public async Task Write_GrowsWhileOthersRead_ReadersSeeOneStateEach()
    {
        using var environment = Open();
        var db = Database(environment);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                using var read = environment.BeginRead();
                var counted = 0;
                using var scan = read.Scan(db, []);
                while (scan.MoveNext())
                {
                    scan.Value[^1].ShouldBe(scan.Value[0]);
                    counted++;
                }

                counted.ShouldBe((int)read.Count(db));
                (counted % 50).ShouldBe(0);
            }
        })).ToArray();
        for (var round = 1; round <= 60; round++)
        {
            environment.Write(txn =>
            {
                txn.Clear(db);
                for (var i = 0; i < round * 50; i++)
                {
                    txn.Put(db, BitConverter.GetBytes(i), Enumerable.Repeat((byte)round, 700).ToArray());
                }

                return true;
            });
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        environment.MapSize.ShouldBeGreaterThan(1 << 20);
    }

    [Fact]
    public void Put_KeyOf512Bytes_Throws()
    {
        using var environment = Open();
        var db = Database(environment);
        using var txn = environment.BeginWrite();
        txn.Put(db, new byte[LmdbTransaction.MaxKey], []);
        Should.Throw<LmdbException>(() => txn.Put(db, new byte[LmdbTransaction.MaxKey + 1], [])).Message.ShouldContain("MDB_BAD_VALSIZE");
    }

    [Fact]
    public void Transaction_OnAnotherThread_Throws()
    {
        using var environment = Open();
        var db = Database(environment);
        using var txn = environment.BeginWrite();
        Exception? thrown = null;
        var thread = new Thread(() => thrown = Record.Exception(() => txn.Put(db, [1], [])));
        thread.Start();
        thread.Join();
        thrown.ShouldBeOfType<InvalidOperationException>();
        txn.Put(db, [1], []);
    }

    [Fact]
    public void Transaction_AfterItsEnd_Throws()
    {
        using var environment = Open();
        var db = Database(environment);
        var txn = environment.BeginRead();
        txn.Dispose();
        Should.Throw<ObjectDisposedException>(() => txn.Count(db));
        environment.Dispose();
        Should.Throw<ObjectDisposedException>(environment.BeginRead);
    }

    private LmdbEnvironment Open() => LmdbEnvironment.Open(_folder.Path, 256 << 10, 4);

    private static uint Database(LmdbEnvironment environment)
    {
        using var txn = environment.BeginWrite();
        var db = txn.Database("test", create: true)!.Value;
        txn.Database("other", create: false).ShouldBeNull();
        txn.Commit();
        return db;
    }

    private static List<string> Keys(LmdbTransaction txn, uint db, string prefix)
    {
        var keys = new List<string>();
        using var scan = txn.Scan(db, Bytes(prefix));
        while (scan.MoveNext())
        {
            keys.Add(Encoding.UTF8.GetString(scan.Key));
        }

        return keys;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
