using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed class MalformedBodyTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    /// <summary>Bodies that are no JSON, or hold what no entity can hold; in Latin-1, so that any octet can be written.</summary>
    private static readonly string[] _bodies =
    [
        "", " ", "{", "{\"host\":", "{\"host\":\"a.test\"", "{\"host\":\"a.te", "{\"host\":\"a.test\",}", "{\"host\":\"a.test\"} x", "{host:\"a.test\"}", "{'host':'a.test'}",
        "null", "1", "\"host\"", "[1]", "[{\"host\":\"a.test\"}]", "{\"host\":NaN}", "{\"host\":\"a.test\",\"port\":NaN}", "{\"host\":\"a.test\",\"port\":Infinity}",
        "{\"host\":\"a.test\",\"port\":-1e400}", "{\"host\":\"a.test\",\"port\":1e400}", "{\"host\":\"a.test\",\"port\":1e999999999}",
        "{\"host\":\"a.test\",\"port\":123456789012345678901234567890}", "{\"host\":\"a.test\",\"retries\":9223372036854775808}", "{\"host\":\"a.test\",\"port\":0x50}",
        "{\"host\":\"a.test\",\"port\":080}", "{\"host\":\"a\u00fftest\"}", "{\"host\":\"a.test\",\"name\":\"\u00c3\u0028\"}", "{\"\u00ff\":1,\"host\":\"a.test\"}",
        "{\"host\":\"a.test\",\"name\":\"\\ud800\"}", "{\"host\":\"a.test\",\"\\udc00\":1}", "{\"host\":\"a.test\",\"name\":\"a\\u0000b\"}", "{\"host\":\"a.test\",\"tags\":[\"a\\u0000b\"]}",
        "{\"host\":\"a.test\",\"name\":\"a\u0000b\"}", "\u0000{\"host\":\"a.test\"}", "{\"host\":\"a.test\"}\u0000", "\u00ef\u00bb\u00bf{\"host\":\"a.test\"}", "\u00ff\u00fe{\u0000}\u0000",
        "{\"host\":\"a.test\",\"name\":\"line\nbreak\"}", "{\"host\":\"a.test\",\"name\":\"\\x\"}", "{\"host\":\"a.test\" /* c */}",
        new string('[', 100_000), "{\"host\":\"a.test\",\"tags\":" + new string('[', 5000) + new string(']', 5000) + "}",
        string.Concat(Enumerable.Repeat("{\"a\":", 5000)) + "1" + new string('}', 5000),
    ];

    [Fact]
    public async Task Write_MalformedBody_IsRefusedAndChangesNothing()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        await plane.PostAsync("/services", new JsonObject { ["name"] = "kept", ["host"] = "kept.test" });

        foreach (var (method, path) in new[] { ("POST", "/services"), ("PUT", $"/services/{Guid.NewGuid()}"), ("PATCH", "/services/kept"), ("POST", "/schemas/services/validate"), ("POST", "/consumers"), ("POST", "/plugins") })
        {
            foreach (var body in _bodies)
            {
                (await SendAsync(plane, method, path, Encoding.Latin1.GetBytes(body))).ShouldBe(HttpStatusCode.BadRequest, $"{method} {path} {body[..Math.Min(80, body.Length)]}");
            }
        }

        var services = await plane.GetAsync("/services?total=true");
        ((int)services["total"]!).ShouldBe(1);
        ((string)services["data"]![0]!["host"]!).ShouldBe("kept.test");
    }

    [Fact]
    public async Task Write_SameMemberTwice_TakesTheLast()
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);

        (await SendAsync(plane, "POST", "/services", "{\"name\":\"twice\",\"host\":\"a.test\",\"host\":\"b.test\"}"u8.ToArray())).ShouldBe(HttpStatusCode.Created);

        ((string)(await plane.GetAsync("/services/twice"))["host"]!).ShouldBe("b.test");
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    public async Task Write_BodyBeyondTheLimit_Is413(string type)
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);

        (await SendAsync(plane, "POST", "/services", new byte[64 << 20], type)).ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    private static async Task<HttpStatusCode> SendAsync(RunningControlPlane plane, string method, string path, byte[] body, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(type) } } };
        request.Headers.ExpectContinue = body.Length > 1 << 20;
        using var response = await plane.Client.SendAsync(request);
        return response.StatusCode;
    }
}
