using System.Security.Cryptography;
using System.Text;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Sync;
using Gateway.Entities;
using Gateway.Plugins.KeyAuth;
using Gateway.Testing;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Tests.Config;

public sealed class EncryptedStoreTests : IDisposable
{
    private static readonly StoreEncryption _aes = new(StoreAlgorithm.Aes256Gcm, Encoding.UTF8.GetBytes("the cluster's key"));
    private readonly TempFolder _folder = new();

    private string Folder => _folder.Of("dbless.lmdb");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(StoreAlgorithm.Aes256Gcm)]
    [InlineData(StoreAlgorithm.ChaCha20Poly1305)]
    public async Task Encrypted_HidesSecrets_AndIsFoundChangedAndOpenedAgain(StoreAlgorithm algorithm)
    {
        var encryption = _aes with { Algorithm = algorithm };
        string contents;
        using (var plane = new TestPlane(Folder, encryption: encryption))
        {
            (await plane.Applier.ApplyAsync(DeltaDocuments.Full(Documents.Sample(3), 1), default)).ShouldBe(ApplyOutcome.Applied.Instance);
            (await plane.Applier.ApplyAsync(
                DeltaDocuments.Mixed(2, [("keyauth_credentials", Documents.Credential(0, "other-secret", consumer: 1))], [("keyauth_credentials", Documents.Id(4, 2))]), default))
                .ShouldBe(ApplyOutcome.Applied.Instance);
            var credentials = plane.Lookup<KeyAuthCredential>();
            credentials.ByUnique("key", "other-secret")!.Consumer.Value.ShouldBe(Documents.Id(3, 1));
            credentials.ByUnique("key", "secret-0").ShouldBeNull();
            credentials.ByForeign("consumer", Documents.Id(3, 1)).Count.ShouldBe(2);
            contents = plane.Contents();
        }

        var file = File.ReadAllBytes(Path.Combine(Folder, "data.mdb"));
        foreach (var secret in new[] { "other-secret", "secret-1", "consumer-1", "service-1", "127.0.0.1" })
        {
            file.AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)).ShouldBe(-1, secret);
        }

        StoreCheck.Damage(Path.Combine(Folder, "data.mdb")).ShouldBeNull();
        using var again = new TestPlane(Folder, encryption: encryption);
        again.Contents().ShouldBe(contents);
        again.Applier.LoadPersisted().ShouldBe(ApplyOutcome.Applied.Instance);
        again.Lookup<Consumer>().ByUnique("username", "consumer-2").ShouldNotBeNull();
    }

    [Fact]
    public async Task Copy_OfTheFolder_IsReadWithTheSameSecret()
    {
        using (var plane = new TestPlane(Folder, encryption: _aes))
        {
            await plane.ApplyAsync(Documents.Sample(3));
        }

        Directory.CreateDirectory(_folder.Of("copy"));
        File.Copy(Path.Combine(Folder, "data.mdb"), Path.Combine(_folder.Of("copy"), "data.mdb"));
        using var copy = new TestPlane(_folder.Of("copy"), encryption: _aes);
        copy.Lookup<Consumer>().ByUnique("username", "consumer-2").ShouldNotBeNull();
    }

    [Theory]
    [InlineData("off", "nothing is known that opens it")]
    [InlineData("another secret", "encrypted with another key")]
    [InlineData("another secret, decrypted", "encrypted with another key")]
    public async Task StoreThatNothingOpens_IsPutAside(string kind, string reason)
    {
        using (var plane = new TestPlane(Folder, encryption: _aes))
        {
            await plane.ApplyAsync(Documents.Sample(3));
        }

        using var log = new TestLog();
        using var loggers = log.Factory();
        using var other = new TestPlane(Folder, logger: loggers.CreateLogger<ConfigStore>(), encryption: kind switch
        {
            "off" => null,
            "another secret" => _aes with { Secret = new byte[] { 1 } },
            _ => new StoreEncryption(null, new byte[] { 1 }),
        });
        other.Store.Current.ShouldBeNull();
        log.Lines.ShouldHaveSingleItem().ShouldContain(reason);
        (await other.ApplyAsync(Documents.Sample(1))).ShouldBe(ApplyOutcome.Applied.Instance);
    }

    [Fact]
    public async Task Key_Changed_OpensTheStoreFromThenOn()
    {
        var other = _aes with { Secret = "another key"u8.ToArray() };
        using (var plane = new TestPlane(Folder, encryption: _aes))
        {
            await plane.ApplyAsync(Documents.Sample(3));
            plane.Store.Rekey(_aes.Secret).ShouldBeFalse();
            plane.Store.Rekey(other.Secret).ShouldBeTrue();

            // What is written whole later is opened by the new key too.
            await plane.ApplyAsync(Documents.Sample(4));
            plane.Lookup<Consumer>().ByUnique("username", "consumer-3").ShouldNotBeNull();
        }

        StoreCheck.Damage(Path.Combine(Folder, "data.mdb")).ShouldBeNull();
        using (var again = new TestPlane(Folder, encryption: other))
        {
            again.Lookup<Consumer>().ByUnique("username", "consumer-3").ShouldNotBeNull();
        }

        using var before = new TestPlane(Folder, encryption: _aes);
        before.Store.Current.ShouldBeNull();
    }

    [Fact]
    public async Task Key_ChangedWhileTheNodeWasDown_OpensTheStoreWhenTheFormerOneIsGiven()
    {
        var other = _aes with { Secret = "another key"u8.ToArray() };
        using (var plane = new TestPlane(Folder, encryption: _aes))
        {
            await plane.ApplyAsync(Documents.Sample(3));
        }

        using (var next = new TestPlane(Folder, encryption: other with { Former = _aes.Secret }))
        {
            next.Lookup<Consumer>().ByUnique("username", "consumer-2").ShouldNotBeNull();
        }

        // The former key is needed once.
        StoreCheck.Damage(Path.Combine(Folder, "data.mdb")).ShouldBeNull();
        using var again = new TestPlane(Folder, encryption: other);
        again.Lookup<Consumer>().ByUnique("username", "consumer-2").ShouldNotBeNull();
    }

    [Fact]
    public void SealedRow_MovedOrChanged_DoesNotOpen()
    {
        using var cipher = StoreCipher.Create(StoreAlgorithm.Aes256Gcm, _aes.Secret.Span);
        var written = cipher.Seal("here"u8, "value"u8);
        cipher.Open("here"u8, written).ShouldBe("value"u8.ToArray());
        Should.Throw<CryptographicException>(() => cipher.Open("there"u8, written));
        written[^1] ^= 1;
        Should.Throw<CryptographicException>(() => cipher.Open("here"u8, written));
        Should.Throw<CryptographicException>(() => cipher.Open("here"u8, new byte[27]));
    }
}
