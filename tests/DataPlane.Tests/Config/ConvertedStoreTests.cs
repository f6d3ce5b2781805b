using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Plugins.KeyAuth;
using Gateway.Testing;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DataPlane.Tests.Config;

/// <summary><c>declarative_config_encryption_mode</c> that changes: what is stored stays, in the new mode.</summary>
public sealed class ConvertedStoreTests : IDisposable
{
    /// <summary>The child process that converts until it is killed.</summary>
    internal const string ConvertCommand = "convert-for-ever";

    private const int Kills = 24;
    private static readonly StoreEncryption _clear = new(null, "the cluster's key"u8.ToArray());
    private static readonly StoreAlgorithm?[] _modes = [null, StoreAlgorithm.Aes256Gcm, StoreAlgorithm.ChaCha20Poly1305];
    private readonly TempFolder _folder = new();

    private string Folder => _folder.Of("dbless.lmdb");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, StoreAlgorithm.Aes256Gcm)]
    [InlineData(StoreAlgorithm.Aes256Gcm, StoreAlgorithm.ChaCha20Poly1305)]
    [InlineData(StoreAlgorithm.ChaCha20Poly1305, null)]
    public async Task Mode_ThatChanged_KeepsWhatIsStored(StoreAlgorithm? former, StoreAlgorithm? present)
    {
        string contents;
        using (var plane = new TestPlane(Folder, encryption: _clear with { Algorithm = former }))
        {
            (await plane.Applier.ApplyAsync(DeltaDocuments.Full(Documents.Sample(3), 1), default)).ShouldBe(ApplyOutcome.Applied.Instance);
            contents = plane.Contents();
        }

        using var log = new TestLog();
        using var loggers = log.Factory();
        using (var plane = new TestPlane(Folder, logger: loggers.CreateLogger<ConfigStore>(), encryption: _clear with { Algorithm = present }))
        {
            log.Lines.ShouldHaveSingleItem().ShouldMatch("was (in the clear|encrypted by \\w+) and is (in the clear|encrypted by \\w+) from now on");
            plane.Contents().ShouldBe(contents);
            plane.Applier.LoadPersisted().ShouldBe(ApplyOutcome.Applied.Instance);
            plane.Applier.Version.ShouldBe(DeltaDocuments.Version(1));
            plane.Lookup<KeyAuthCredential>().ByUnique("key", "secret-1").ShouldNotBeNull();
            plane.Lookup<KeyAuthCredential>().ByForeign("consumer", Documents.Id(3, 1)).Count.ShouldBe(1);

            // Changes find what they replace, by whatever it is found.
            (await plane.Applier.ApplyAsync(
                DeltaDocuments.Mixed(2, [("keyauth_credentials", Documents.Credential(0, "other-secret", consumer: 1))], [("keyauth_credentials", Documents.Id(4, 2))]), default))
                .ShouldBe(ApplyOutcome.Applied.Instance);
            plane.Lookup<KeyAuthCredential>().ByUnique("key", "secret-0").ShouldBeNull();
            plane.Lookup<KeyAuthCredential>().ByUnique("key", "secret-2").ShouldBeNull();
        }

        StoreCheck.Damage(Path.Combine(Folder, "data.mdb")).ShouldBeNull();
        Directory.GetDirectories(Path.GetDirectoryName(Folder)!).ShouldBe([Folder]);
        (File.ReadAllBytes(Path.Combine(Folder, "data.mdb")).AsSpan().IndexOf("secret-1"u8) >= 0).ShouldBe(present is null);
    }

    [Fact]
    public async Task Conversion_KilledAtAnyMoment_LeavesTheFormerOrTheNewOneWhole()
    {
        string contents;
        using (var plane = new TestPlane(Folder, encryption: _clear))
        {
            await plane.Applier.ApplyAsync(DeltaDocuments.Full(Documents.Sample(300), 1), default);
            contents = plane.Contents();
        }

        for (var kill = 0; kill < Kills; kill++)
        {
            using var child = CrashTests.Start(ConvertCommand, Folder);
            try
            {
                // It says so when it has converted for the first time.
                (await child.StandardOutput.ReadLineAsync().WaitAsync(Wait.Patience)).ShouldBe("converted");
                await Wait.UntilAsync(() => Directory.Exists($"{Folder}.converting") == (kill % 2 is 0), "it is in the middle of a conversion, or about its end");
            }
            finally
            {
                Signals.Send(child.Id, Signals.Kill).ShouldBeTrue();
                await child.WaitForExitAsync();
            }

            StoreCheck.Damage(Path.Combine(Folder, "data.mdb")).ShouldBeNull();
            using var plane = new TestPlane(Folder, encryption: _clear with { Algorithm = _modes[kill % _modes.Length] });
            plane.Contents().ShouldBe(contents);
            plane.Lookup<KeyAuthCredential>().ByUnique("key", "secret-299").ShouldNotBeNull();
        }
    }

    /// <summary>The child process: opens the store in one mode after another, until it is killed.</summary>
    /// <param name="folder">The store.</param>
    internal static void ConvertForEver(string folder)
    {
        for (var i = 0; ; i++)
        {
            ConfigStore.Open(folder, NullLogger<ConfigStore>.Instance, TimeProvider.System, 64 << 10, _clear with { Algorithm = _modes[i % _modes.Length] }, TestPlane.Catalog).Dispose();
            if (i is 1)
            {
                Console.WriteLine("converted");
            }
        }
    }
}
