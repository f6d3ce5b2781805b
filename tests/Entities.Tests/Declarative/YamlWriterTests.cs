using System.Text.Json.Nodes;
using Gateway.Entities.Declarative;

namespace Gateway.Entities.Tests.Declarative;

public sealed class YamlWriterTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\n")]
    [InlineData(" a\nb")]
    [InlineData("a\nb \n")]
    [InlineData("a\r\nb")]
    [InlineData("line\nline\n")]
    [InlineData("line\nline")]
    [InlineData("1\n\n2")]
    [InlineData("yes")]
    [InlineData("~")]
    [InlineData("null")]
    [InlineData("1.5")]
    [InlineData("0x10")]
    [InlineData("2026-11-29")]
    [InlineData("~/a/\\d+$")]
    [InlineData("it's: #1")]
    [InlineData("- a")]
    [InlineData("{vault://env/x}")]
    [InlineData("\u00e9\u2028\ufeff\u0085\u0001")]
    public void Text_Written_IsReadAsTheSame(string text)
    {
        var document = new JsonObject { ["a"] = text, ["list"] = new JsonArray(text, 1, true, null, new JsonObject(), new JsonArray()), [text.Length is 0 ? "empty" : text] = 1.5 };
        using var output = new StringWriter();

        YamlWriter.Write(output, document);

        DeclarativeText.Read(output.ToString(), out var error).ShouldNotBeNull(error + output).ToJsonString().ShouldBe(document.ToJsonString(), output.ToString());
    }
}
