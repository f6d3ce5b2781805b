using System.Diagnostics;
using System.Globalization;
using Gateway.DataPlane.Config;
using Gateway.Entities;
using Gateway.Sync;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DataPlane.Tests.Config;

/// <summary>Kills a process that replaces or changes configurations without an end; the store must always hold exactly one of them, whole.</summary>
public sealed class CrashTests : IDisposable
{
    // A process that changes has read the declarations of the entities first, which takes a second.
    private const int ReplaceKills = 200;
    private const int UpdateKills = 40;
    private const int Children = 4;
    private const int Changing = 200;
    private const string Routes = "routes";
    private const string ReplaceCommand = "replace-for-ever";
    private const string UpdateCommand = "update-for-ever";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Replace_KilledAtAnyMoment_LeavesExactlyOneWholeConfiguration() => await KillChildrenAsync(ReplaceCommand, ReplaceKills, (store, config, number) =>
    {
        var rows = store.Read(0, static (reader, _) => reader.All<Whose>("things"));
        rows.Count.ShouldBe(config.Rows);
        rows.ShouldAllBe(r => r.Number == number);
        store.Read(number, static (reader, n) => reader.Unique("things", "name", ConfigDefaults.Workspace, $"{n}-0")).ShouldNotBeNull();
    });

    [Fact]
    public async Task Update_KilledAtAnyMoment_LeavesAllChangesUpToOneAndNoneAfterIt() => await KillChildrenAsync(UpdateCommand, UpdateKills, (store, config, number) =>
    {
        var rows = store.Read(0, static (reader, _) => reader.All<Named>(Routes)).ToDictionary(r => r.Name);
        rows.Count.ShouldBe(config.Rows);
        foreach (var (i, change) in StateAfter(number).SelectMany(c => c.Value.Select(i => (i, c.Key))))
        {
            rows.ShouldContainKey(NameOf(change, i));
            store.Read(NameOf(change, i), static (reader, name) => reader.Unique(Routes, "name", ConfigDefaults.Workspace, name)).ShouldBe(Documents.Id(9, i));
        }

        store.Read(0, static (reader, _) => reader.Foreign(Routes, "service", Documents.Id(8, 0))).Count.ShouldBe(config.Rows);
    });

    /// <summary>The child process that a test kills.</summary>
    /// <param name="command">What it does for ever.</param>
    /// <param name="folder">The store.</param>
    internal static void Run(string command, string folder) => (command switch
    {
        ReplaceCommand => (Action<string>)ReplaceForEver,
        UpdateCommand => UpdateForEver,
        ConvertedStoreTests.ConvertCommand => ConvertedStoreTests.ConvertForEver,
        _ => throw new ArgumentException("no such command", nameof(command)),
    })(folder);

    /// <summary>The child process: replaces configurations until it is killed, and says which ones are on disk.</summary>
    private static void ReplaceForEver(string folder)
    {
        using var store = ConfigStore.Open(folder, NullLogger<ConfigStore>.Instance, TimeProvider.System, 64 << 10);
        var first = store.Current is null ? 1 : Number(store.Current) + 1;
        for (var number = first; ; number++)
        {
            var n = number;
            var rows = Enumerable.Range(0, 20 + (n * 37 % 400)).Select(i => Row(n, i)).ToArray();
            store.Replace(Config(n, rows.Length), rows, _ => n % 5 is not 4);
            Console.WriteLine(n.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>The child process: changes a tenth of the rows at a time until it is killed, and says which changes are on disk.</summary>
    private static void UpdateForEver(string folder)
    {
        using var store = ConfigStore.Open(folder, NullLogger<ConfigStore>.Instance, TimeProvider.System, 64 << 10);
        var catalog = EntityCatalog.Create([], []);
        if (store.Current is null)
        {
            var all = Enumerable.Range(0, Changing).Select(i => Named.Row(1, i)).ToArray();
            store.Replace(Config(1, all.Length), all, static _ => true);
            Console.WriteLine("1");
        }

        for (var number = Number(store.Current!) + 1; ; number++)
        {
            var n = number;
            var (rows, gone) = ChangedBy(n);
            var changes = new RowChanges(catalog, [.. rows.Select(i => Named.Row(n, i))], [.. gone.Select(i => (catalog[Routes], Documents.Id(9, i)))]);
            store.Update(Config(n, StateAfter(n).Sum(c => c.Value.Length)), changes, _ => n % 5 is not 4);
            Console.WriteLine(n.ToString(CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A change writes every tenth row, and takes away every twentieth of every third change.</summary>
    private static (int[] Rows, int[] Gone) ChangedBy(int number)
    {
        var touched = Enumerable.Range(0, Changing).Where(i => i % 10 == number % 10).ToArray();
        return number % 3 is 0 ? ([.. touched.Where(i => i % 20 < 10)], [.. touched.Where(i => i % 20 >= 10)]) : (touched, []);
    }

    /// <summary>The rows that are there after a change, by the change that wrote them.</summary>
    private static Dictionary<int, int[]> StateAfter(int number)
    {
        var state = Enumerable.Range(0, Changing).ToDictionary(i => i, _ => 1);
        // Ten changes write everything, and refused ones nothing.
        foreach (var n in Enumerable.Range(2, Math.Max(0, number - 1)).Where(n => n > number - 20 && n % 5 is not 4))
        {
            var (rows, gone) = ChangedBy(n);
            gone.ToList().ForEach(i => state.Remove(i));
            rows.ToList().ForEach(i => state[i] = n);
        }

        return state.GroupBy(s => s.Value, s => s.Key).ToDictionary(g => g.Key, g => g.ToArray());
    }

    private static string NameOf(int change, int i) => $"{change}-{i}";

    private async Task KillChildrenAsync(string command, int kills, Action<ConfigStore, StoredConfig, int> verify) => await Task.WhenAll(
        Enumerable.Range(0, Children).Select(child => KillAgainAndAgainAsync(command, kills / Children, _folder.Of($"{child}.lmdb"), new Random(child), verify)));

    private static async Task KillAgainAndAgainAsync(string command, int kills, string folder, Random random, Action<ConfigStore, StoredConfig, int> verify)
    {
        var last = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            using var child = Start(command, folder);
            var said = 0;
            child.OutputDataReceived += (_, line) =>
            {
                if (int.TryParse(line.Data, CultureInfo.InvariantCulture, out var number))
                {
                    Volatile.Write(ref said, number);
                }
            };
            child.BeginOutputReadLine();
            try
            {
                await Wait.UntilAsync(() => Volatile.Read(ref said) > 0 || child.HasExited, "the first configuration of the child");
                await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 30));
            }
            finally
            {
                Signals.Send(child.Id, Signals.Kill).ShouldBeTrue();
                await child.WaitForExitAsync();
            }

            StoreCheck.Damage(Path.Combine(folder, "data.mdb")).ShouldBeNull();
            using var store = ConfigStore.Open(folder, NullLogger<ConfigStore>.Instance, TimeProvider.System);
            var config = store.Current.ShouldNotBeNull();
            var number = Number(config);
            // A refused one (every fifth) is told of too, and leaves the one before.
            number.ShouldBeGreaterThanOrEqualTo(Math.Max(last, said - (said % 5 is 4 ? 1 : 0)));
            (number % 5).ShouldNotBe(4);
            last = number;
            verify(store, config, number);
        }
    }

    internal static Process Start(string command, string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, ArgumentList = { typeof(CrashTests).Assembly.Location, command, folder } };
        return Process.Start(start)!;
    }

    private static int Number(StoredConfig config) => int.Parse(config.Hash, CultureInfo.InvariantCulture);

    private static StoredConfig Config(int number, int rows) =>
        new(number.ToString("d32", CultureInfo.InvariantCulture), ConfigHashes.Empty, ConfigDefaults.Workspace, rows);

    private static StoredRow Row(int number, int i) => new()
    {
        Entity = "things",
        Id = Documents.Id(9, i),
        Workspace = ConfigDefaults.Workspace,
        Json = System.Text.Encoding.UTF8.GetBytes($$"""{"number":{{number}},"filler":"{{new string('x', i * number % 900)}}"}"""),
        Uniques = [new UniqueValue("name", $"{number}-{i}", ConfigDefaults.Workspace)],
        Foreigns = [new ForeignValue("parent", "things", Documents.Id(8, i / 7))],
    };

    private sealed record Whose(int Number);

    private sealed record Named(string Name)
    {
        public static StoredRow Row(int change, int i) => new()
        {
            Entity = Routes,
            Id = Documents.Id(9, i),
            Workspace = ConfigDefaults.Workspace,
            Json = System.Text.Encoding.UTF8.GetBytes($$$"""{"name":"{{{NameOf(change, i)}}}","service":{"id":"{{{Documents.Id(8, 0)}}}"},"tags":["{{{new string('x', i * change % 900)}}}"]}"""),
            Uniques = [new UniqueValue("name", NameOf(change, i), ConfigDefaults.Workspace)],
            Foreigns = [new ForeignValue("service", "services", Documents.Id(8, 0))],
        };
    }
}
