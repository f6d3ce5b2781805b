using Gateway.Testing;
using System.Text;
using Gateway.Sync.Fallback;

namespace Gateway.Sync.Tests.Fallback;

/// <summary>What a control plane leaves, a data plane of the same version finds, in a folder and in a bucket.</summary>
public sealed class FallbackStorageTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-fallback-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Folder_ExportedTwice_GivesTheLastOnlyToItsVersion()
    {
        var storage = Open($"file://{_folder}/share");
        (await storage.ImportAsync(default)).ShouldBeNull();
        await storage.ExportAsync(Document("first").Frame, default);
        var second = Document("second");
        await storage.ExportAsync(second.Frame, default);

        var found = (await storage.ImportAsync(default)).ShouldNotBeNull();
        found.Hash.ShouldBe(second.ConfigHash);
        Encoding.UTF8.GetString(found.ConfigTable.Span).ShouldContain("\"second\"");
        var file = Directory.GetFiles(_folder, "*", SearchOption.AllDirectories).ShouldHaveSingleItem();
        file.ShouldEndWith("/share/3.10.0/config.json");
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        (await Open($"file://{_folder}/share", "3.11.0").ImportAsync(default)).ShouldBeNull();

        await File.WriteAllTextAsync(file, "{\"type\":");
        (await Should.ThrowAsync<IOException>(() => storage.ImportAsync(default))).Message.ShouldContain("is no configuration");
    }

    [Fact]
    public async Task Folder_ThatCannotBeWritten_IsAnIoError()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "taken"), "a file");
        await Should.ThrowAsync<IOException>(() => Open($"file://{_folder}/taken").ExportAsync(Document("a").Frame, default));
    }

    [Fact]
    public async Task Bucket_SignedRequests_AreTakenAndGiven()
    {
        await using var store = new TestS3();
        var storage = Open("s3://configs/prod/eu", environment: store.Environment(), putObject: """{"ServerSideEncryption":"aws:kms","SSEKMSKeyId":"key-1"}""");
        storage.Place.ShouldBe("s3://configs/prod/eu");
        (await storage.ImportAsync(default)).ShouldBeNull();
        var document = Document("orders");
        await storage.ExportAsync(document.Frame, default);
        store.Objects.Keys.ShouldBe(["/configs/prod/eu/3.10.0/config.json"]);
        store.Headers!["x-amz-server-side-encryption"].ShouldBe("aws:kms");
        store.Headers["x-amz-server-side-encryption-aws-kms-key-id"].ShouldBe("key-1");
        (await storage.ImportAsync(default))!.Hash.ShouldBe(document.ConfigHash);
    }

    [Fact]
    public async Task Bucket_WithAWrongSecretOrNobodyThere_SaysWhy()
    {
        await using var store = new TestS3();
        var storage = Open("s3://configs", environment: store.Environment() with { Secret = "wrong" });
        var refused = await Should.ThrowAsync<IOException>(() => storage.ExportAsync(Document("a").Frame, default));
        refused.Message.ShouldEndWith("answers PUT with 403 (SignatureDoesNotMatch)");
        refused.ToString().ShouldNotContain("wrong");
        var nowhere = Open("s3://configs", environment: store.Environment() with { Endpoint = "http://127.0.0.1:1" });
        (await Should.ThrowAsync<IOException>(() => nowhere.ImportAsync(default))).Message.ShouldStartWith("127.0.0.1:1 cannot be reached");
    }

    [Theory]
    [InlineData("gcs://bucket", null, "must be s3://<bucket>[/<prefix>] or file:///<folder>, got 'gcs://bucket'")]
    [InlineData("/srv/share", null, "must be s3://<bucket>[/<prefix>] or file:///<folder>, got '/srv/share'")]
    [InlineData("s3://b", "[]", "cluster_fallback_export_s3_config must be a JSON object")]
    [InlineData("s3://b", """{"Bucket":"x"}""", "cluster_fallback_export_s3_config: 'Bucket' is not supported (ACL, BucketKeyEnabled, ExpectedBucketOwner, SSEKMSKeyId, ServerSideEncryption, StorageClass, Tagging)")]
    public void Open_WhatIsNotSupported_IsNamed(string address, string? putObject, string problem)
    {
        FallbackStorage.Open(address, "3.10.0", new Environment("http://s3").Read, putObject, out var error).ShouldBeNull();
        error.ShouldBe(problem);
    }

    [Fact]
    public void Open_BucketWithoutCredentials_NamesThem()
    {
        FallbackStorage.Open("s3://b", "3.10.0", _ => null, null, out var error).ShouldBeNull();
        error.ShouldBe("needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment");
    }

    private static FallbackStorage Open(string address, string version = "3.10.0", Environment? environment = null, string? putObject = null) =>
        FallbackStorage.Open(address, version, (environment ?? new Environment("")).Read, putObject, out var error).ShouldNotBeNull(error);

    private static ConfigDocument Document(string service) => ConfigDocument.Create(
        Encoding.UTF8.GetBytes($"{{\"_format_version\":\"3.0\",\"_transform\":false,\"services\":[{{\"name\":\"{service}\",\"host\":\"h\"}}]}}"), DateTimeOffset.UtcNow);
}

internal sealed record Environment(string Endpoint, string Secret = TestS3.Secret)
{
    public string? Read(string name) => name switch
    {
        "AWS_ACCESS_KEY_ID" => TestS3.KeyId,
        "AWS_SECRET_ACCESS_KEY" => Secret,
        "AWS_REGION" => "eu-central-1",
        "AWS_CONFIG_STORAGE_ENDPOINT" => Endpoint,
        _ => null,
    };
}

internal static class TestS3Environment
{
    public static Environment Environment(this TestS3 store) => new(store.Address);
}
