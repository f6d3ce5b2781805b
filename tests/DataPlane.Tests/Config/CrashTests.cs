using System.Diagnostics;
using System.Globalization;
using Gateway.DataPlane.Config;
using Gateway.Sync;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DataPlane.Tests.Config;

/// <summary>Kills a process that replaces configurations without an end; the store must always hold exactly one of them, whole.</summary>
public sealed class CrashTests : IDisposable
{
    private const int Kills = 200;
    private const int Children = 4;
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Replace_KilledAtAnyMoment_LeavesExactlyOneWholeConfiguration() =>
        await Task.WhenAll(Enumerable.Range(0, Children).Select(child => KillAgainAndAgainAsync(_folder.Of($"{child}.lmdb"), new Random(child))));

    /// <summary>The child process: replaces configurations until it is killed, and says which ones are on disk.</summary>
    internal static void ReplaceForEver(string folder)
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

    private static async Task KillAgainAndAgainAsync(string folder, Random random)
    {
        var last = 0;
        for (var kill = 0; kill < Kills / Children; kill++)
        {
            using var child = Start(folder);
            var said = 0;
            child.OutputDataReceived += (_, line) =>
            {
                if (int.TryParse(line.Data, CultureInfo.InvariantCulture, out var number))
                {
                    Volatile.Write(ref said, number);
                }
            };
            child.BeginOutputReadLine();
            await Wait.UntilAsync(() => Volatile.Read(ref said) > 0 || child.HasExited, "the first configuration of the child");
            await Task.Delay(TimeSpan.FromMilliseconds(random.NextDouble() * 30));
            Signals.Send(child.Id, Signals.Kill).ShouldBeTrue();
            await child.WaitForExitAsync();

            StoreCheck.Damage(Path.Combine(folder, "data.mdb")).ShouldBeNull();
            using var store = ConfigStore.Open(folder, NullLogger<ConfigStore>.Instance, TimeProvider.System);
            var config = store.Current.ShouldNotBeNull();
            var number = Number(config);
            // A refused one (every fifth) is told of too, and leaves the one before.
            number.ShouldBeGreaterThanOrEqualTo(Math.Max(last, said - (said % 5 is 4 ? 1 : 0)));
            (number % 5).ShouldNotBe(4);
            last = number;
            var rows = store.Read(0, static (reader, _) => reader.All<Whose>("things"));
            rows.Count.ShouldBe(config.Rows);
            rows.ShouldAllBe(r => r.Number == number);
            store.Read(number, static (reader, n) => reader.Unique("things", "name", ConfigDefaults.Workspace, $"{n}-0")).ShouldNotBeNull();
        }
    }

    private static Process Start(string folder)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, ArgumentList = { typeof(CrashTests).Assembly.Location, "replace-for-ever", folder } };
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
}
