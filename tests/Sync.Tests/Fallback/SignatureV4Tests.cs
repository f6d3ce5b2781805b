using Gateway.Sync.Fallback;

namespace Gateway.Sync.Tests.Fallback;

/// <summary>The examples of AWS' own documentation of Signature Version 4 for S3.</summary>
public sealed class SignatureV4Tests
{
    private static readonly DateTimeOffset _time = new(2013, 5, 24, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Sign_GetOfARange_IsTheDocumentedSignature()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "https://examplebucket.s3.amazonaws.com/test.txt");
        request.Headers.TryAddWithoutValidation("Range", "bytes=0-9");
        Signature().Sign(request, [], _time);
        request.Headers.GetValues("Authorization").ShouldBe(
        [
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            + "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ]);
    }

    [Fact]
    public void Sign_PutWithHeaders_IsTheDocumentedSignature()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "https://examplebucket.s3.amazonaws.com/test%24file.text");
        request.Headers.TryAddWithoutValidation("Date", "Fri, 24 May 2013 00:00:00 GMT");
        request.Headers.TryAddWithoutValidation("x-amz-storage-class", "REDUCED_REDUNDANCY");
        Signature().Sign(request, "Welcome to Amazon S3."u8, _time);
        request.Headers.GetValues("Authorization").Single().ShouldEndWith("Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
    }

    private static SignatureV4 Signature() => new("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", null, "us-east-1", "s3");
}
