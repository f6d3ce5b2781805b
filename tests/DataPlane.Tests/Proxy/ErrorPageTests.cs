using System.Text.Json.Nodes;
using Gateway.DataPlane.Proxy;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Proxy;

public sealed class ErrorPageTests
{
    [SharedFact]
    public void Negotiate_GivenKongsCases_ChoosesTheSameType()
    {
        var file = SharedFolder.PathOf("kong", "cases", "accept-cases.jsonl")!;
        var pages = new ErrorPages(new DataPlaneOptions());
        foreach (var row in File.ReadLines(file).Select(l => JsonNode.Parse(l)!))
        {
            pages.Negotiate((string?)row["accept"]).ContentType.ShouldBe((string?)row["content_type"], $"for {row["accept"]}");
        }
    }
}
