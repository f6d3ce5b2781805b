using System.Diagnostics;
using Gateway.DataPlane.Sync;
using Gateway.Plugins.KeyAuth;
using Xunit.Abstractions;

namespace Gateway.DataPlane.Tests.Config;

public sealed class LargeConfigTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Apply_HundredThousandRows_TakesSecondsAndTheNextChangeLess()
    {
        using var plane = new TestPlane(_folder.Of("dbless.lmdb"));
        var document = Documents.Sample(25_000);
        var message = Documents.Message(document);
        var clock = Stopwatch.StartNew();
        (await plane.Applier.ApplyAsync(message, CancellationToken.None)).ShouldBe(ApplyOutcome.Applied.Instance);
        output.WriteLine($"first {clock.ElapsedMilliseconds} ms");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60));

        document["services"]![7]!["port"] = 9999;
        message = Documents.Message(document);
        clock.Restart();
        (await plane.Applier.ApplyAsync(message, CancellationToken.None)).ShouldBe(ApplyOutcome.Applied.Instance);
        output.WriteLine($"second {clock.ElapsedMilliseconds} ms");
        clock.Restart();
        plane.Dispose();
        using var restarted = new TestPlane(_folder.Of("dbless.lmdb"));
        output.WriteLine($"open {clock.ElapsedMilliseconds} ms");
        restarted.Applier.LoadPersisted().ShouldBe(ApplyOutcome.Applied.Instance);
        output.WriteLine($"load {clock.ElapsedMilliseconds} ms");
        restarted.InUse!.Services.Count.ShouldBe(25_000);
        restarted.Lookup<KeyAuthCredential>().ByUnique("key", "secret-24999").ShouldNotBeNull();
    }
}
