using System.Text.Json.Nodes;
using Gateway.DataPlane.Proxy;
using Gateway.Testing;

namespace Gateway.DataPlane.Tests.Proxy;

public sealed class ErrorPageTests
{
    [Fact]
    public void Negotiate_GivenKongsCases_ChoosesTheSameType()
    {
        if (SharedFolder.PathOf("kong", "cases", "accept-cases.jsonl") is not { } file)
        {
            Console.WriteLine(SharedFolder.SkipReason);
            return;
        }

        foreach (var row in File.ReadLines(file).Select(l => JsonNode.Parse(l)!))
        {
            ErrorPage.Negotiate((string?)row["accept"]).ContentType.ShouldBe((string?)row["content_type"], $"for {row["accept"]}");
        }
    }
}
