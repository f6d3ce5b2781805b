using System.Text;
using System.Text.Json.Nodes;
using Gateway.DataPlane.Routing;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Routing;

public sealed class RequestPathTests
{
    [SharedFact]
    public void Normalize_GivenKongsCases_ReturnsTheSame()
    {
        var file = SharedFolder.PathOf("kong", "cases", "uri-cases.jsonl")!;
        var failures = new List<string>();
        foreach (var row in File.ReadLines(file).Select(l => JsonNode.Parse(l)!).Where(r => (bool)r["merge_slashes"]!))
        {
            var (input, escaped) = ((string)row["input"]!, (string)row["escaped_after"]!);
            var normal = (string?)row["normalized"] ?? Encoding.UTF8.GetString(Convert.FromHexString((string)row["normalized_hex"]!));
            var own = RequestPath.Normalize(input);
            if (own != normal)
            {
                failures.Add($"{input} -> {own}, not {normal}");
            }
            else if (RequestPath.Escape(own) != escaped)
            {
                failures.Add($"{input} -> escaped {RequestPath.Escape(own)}, not {escaped}");
            }
        }

        failures.ShouldBeEmpty(string.Join('\n', failures));
    }

    [Fact]
    public void Normalize_NormalPath_AllocatesNothing()
    {
        const string path = "/api/v1/orders/17";

        RequestPath.Normalize(path).ShouldBeSameAs(path);
        RequestPath.Escape(path).ShouldBeSameAs(path);
    }

    [Fact]
    public void Normalize_OctetsThatAreNotUtf8_StayEscaped()
    {
        RequestPath.Normalize("/a%ffb%C3%A9").ShouldBe("/a%FFbé");
        RequestPath.Escape("/a%FFbé").ShouldBe("/a%FFb%C3%A9");
    }

    [Theory]
    [InlineData("/", "/x/", true, 2, "/")]
    [InlineData("/", "/x", true, 2, "/")]
    [InlineData("/", "/x/y", true, 2, "/y")]
    [InlineData("/", "/xy", true, 2, "/y")]
    [InlineData("/base/", "/x", true, 2, "/base")]
    [InlineData("/base/", "/x/", true, 3, "/base/")]
    [InlineData("/base/", "/x/y", true, 2, "/base/y")]
    [InlineData("/base/", "/x/y", true, 3, "/base/y")]
    [InlineData("/base/", "/x/y", false, 2, "/base/x/y")]
    [InlineData("/base", "/x", true, 2, "/base")]
    [InlineData("/base", "/x/", true, 3, "/base/")]
    [InlineData("/base", "/", true, 1, "/base")]
    [InlineData("/base", "/x/y", true, 2, "/base/y")]
    [InlineData("/base", "/xy", true, 2, "/base/y")]
    [InlineData("/base", "/", false, 1, "/base")]
    [InlineData("/base", "/x", false, 2, "/base/x")]
    [InlineData("/", "/abc", true, -1, "/abc")]
    [InlineData("/base", "/abc", false, -1, "/base/abc")]
    [InlineData("/base", "/x../y", true, 2, "/base/y")]
    public void Join_EveryRowOfTheTable_GivesItsResult(string basis, string path, bool strip, int matched, string result) =>
        UpstreamPath.Join(basis, path, strip, matched).ShouldBe(result);
}
