using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Testing;

/// <summary>A small S3-compatible store: it keeps objects, and judges every signature from the request as it arrived.</summary>
public sealed class TestS3 : IAsyncDisposable
{
    /// <summary>The id of the key that it accepts.</summary>
    public const string KeyId = "test-key";
    /// <summary>The secret of that key.</summary>
    public const string Secret = "test+secret/";

    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    /// <summary>Starts it on a free loopback port.</summary>
    public TestS3()
    {
        Address = $"http://127.0.0.1:{FreePort.Next()}";
        _listener.Prefixes.Add(Address + "/");
        _listener.Start();
        _serving = ServeAsync();
    }

    /// <summary>Its URL.</summary>
    public string Address { get; }

    /// <summary>The objects by their paths.</summary>
    public ConcurrentDictionary<string, byte[]> Objects { get; } = new();

    /// <summary>The headers of the last request that was taken.</summary>
    public WebHeaderCollection? Headers { get; private set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _serving;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await _listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var (status, answer) = Answer(context.Request, body.ToArray());
            context.Response.StatusCode = status;
            await context.Response.OutputStream.WriteAsync(answer);
            context.Response.Close();
        }
    }

    private (int Status, byte[] Body) Answer(HttpListenerRequest request, byte[] body)
    {
        if (!IsSigned(request, body))
        {
            return (403, Encoding.UTF8.GetBytes("<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature does not match</Message></Error>"));
        }

        Headers = new WebHeaderCollection { request.Headers };
        switch (request.HttpMethod)
        {
            case "PUT":
                Objects[request.RawUrl!] = body;
                return (200, []);
            case "GET" when Objects.TryGetValue(request.RawUrl!, out var found):
                return (200, found);
            default:
                return (404, Encoding.UTF8.GetBytes("<Error><Code>NoSuchKey</Code></Error>"));
        }
    }

    // From the standard, not from the code under test.
    private static bool IsSigned(HttpListenerRequest request, byte[] body)
    {
        var header = request.Headers["Authorization"] ?? "";
        var parts = header.Split(' ', 2) is ["AWS4-HMAC-SHA256", var rest]
            ? rest.Split(',').Select(p => p.Trim().Split('=', 2)).ToDictionary(p => p[0], p => p[1]) : [];
        if (!parts.TryGetValue("Credential", out var credential) || credential.Split('/') is not [KeyId, var day, var region, "s3", "aws4_request"])
        {
            return false;
        }

        var hash = Convert.ToHexStringLower(SHA256.HashData(body));
        var canonical = new StringBuilder().Append(request.HttpMethod).Append('\n').Append(request.RawUrl).Append("\n\n");
        foreach (var name in parts["SignedHeaders"].Split(';'))
        {
            canonical.Append(name).Append(':').Append(request.Headers[name]).Append('\n');
        }

        canonical.Append('\n').Append(parts["SignedHeaders"]).Append('\n').Append(hash);
        var text = $"AWS4-HMAC-SHA256\n{request.Headers["x-amz-date"]}\n{day}/{region}/s3/aws4_request\n"
            + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())));
        var key = Sign(Sign(Sign(Sign(Encoding.UTF8.GetBytes("AWS4" + Secret), day), region), "s3"), "aws4_request");
        return request.Headers["x-amz-content-sha256"] == hash && parts["Signature"] == Convert.ToHexStringLower(Sign(key, text));
    }

    private static byte[] Sign(byte[] key, string text) => HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text));
}
