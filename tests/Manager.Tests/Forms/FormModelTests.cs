using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;
using Gateway.Manager.Catalog;
using Gateway.Manager.Forms;

namespace Gateway.Manager.Tests.Forms;

public sealed class FormModelTests
{
    [Fact]
    public void Changes_OneFieldEdited_LeavesEverythingElseAlone()
    {
        var document = new FormDocument(Parse("""{"id":"1","name":"a","port":80,"tags":null,"x_future":{"deep":[1]}}"""));
        document.Set("port", JsonValue.Create(8080));
        document.Set("tags", new JsonArray());
        document.Changes().ToJsonString().ShouldBe("""{"port":8080}""");
        document.Current["x_future"]!.ToJsonString().ShouldBe("""{"deep":[1]}""");
    }

    [Fact]
    public void Changes_FieldTakenOutInTheCodeView_IsEmptied()
    {
        var document = new FormDocument(Parse("""{"name":"a","path":"/v1"}"""));
        document.Replace(Parse("""{"name":"a"}"""));
        document.Changes().ToJsonString().ShouldBe("""{"path":null}""");
    }

    [Fact]
    public void Problems_MirrorOfTheEntity_StandAtTheirFields()
    {
        var problems = FieldProblems.From(new AdminAnswer(400, Parse("""{"code":2,"fields":{"port":"too big","paths":[null,"bad"],"headers":{"x":"no"},"config":{"redis":{"host":"missing"}},"@entity":["set one"],"mystery":"?"}}""")));
        problems.Of("port").Text.ShouldBe("too big");
        problems.Of("paths").At(1).Text.ShouldBe("bad");
        problems.Of("paths").At(0).Any.ShouldBeFalse();
        problems.Of("config").Of("redis").Of("host").Text.ShouldBe("missing");
        problems.Outside(new HashSet<string> { "port", "paths", "headers", "config" }).ShouldBe(["set one", "mystery: ?"]);
    }

    [Fact]
    public void Problems_NameTaken_SaysSoInsteadOfRepeatingIt() =>
        FieldProblems.From(new AdminAnswer(409, Parse("""{"code":5,"fields":{"name":"orders"}}"""))).Of("name").Text.ShouldBe("is already taken");

    [Theory]
    [InlineData("connect_timeout", "Connect timeout")]
    [InlineData("tls_verify", "TLS verify")]
    [InlineData("snis", "SNIs")]
    [InlineData("ca_certificates", "CA certificates")]
    public void Label_NameOfAField_IsReadable(string name, string label) => FieldWords.Label(name).ShouldBe(label);

    [Fact]
    public void Yaml_EveryKindOfValue_ReadsAsYaml() => EntityTexts.Yaml(Parse("""{"name":"a","on":true,"list":["x: y",{"k":1,"l":[2]}],"none":null,"empty":[],"number":"12"}""")).ShouldBe("""
        name: a
        "on": true
        list:
        - "x: y"
        - k: 1
          l:
          - 2
        none: null
        empty: []
        number: "12"
        """);

    [Fact]
    public void Curl_QuoteInAValue_StaysInsideTheQuotes()
    {
        var curl = EntityTexts.Curl("http://localhost:8001", EntityKinds.All["services"], Parse("""{"name":"it's"}"""));
        curl.ShouldStartWith("curl -X POST http://localhost:8001/services");
        curl.ShouldContain("it'\\''s");
    }

    [Fact]
    public void Applies_Protocols_DecideWhatIsAsked()
    {
        var routes = EntityKinds.All["routes"];
        routes.Applies("paths", Parse("""{"protocols":["tcp"]}""")).ShouldBeFalse();
        routes.Applies("sources", Parse("""{"protocols":["tcp"]}""")).ShouldBeTrue();
        routes.Applies("paths", []).ShouldBeTrue();
        routes.Hint([])!.ShouldContain("paths");
        routes.Hint(Parse("""{"paths":["/a"]}""")).ShouldBeNull();
        EntityKinds.All["services"].Applies("tls_verify", Parse("""{"protocol":"http"}""")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("""{"type":"string","auto":true,"uuid":true}""", true)]
    [InlineData("""{"type":"integer","auto":true,"timestamp":true}""", true)]
    [InlineData("""{"type":"string","auto":true,"unique":true}""", false)]
    public void Read_AutoField_IsHiddenOnlyWhenNobodyMayGiveIt(string schema, bool hidden) => FieldSchema.Read("field", Parse(schema)).Auto.ShouldBe(hidden);

    [Theory]
    [InlineData("""{"type":"string","one_of":["a"]}""", FieldKind.Choice)]
    [InlineData("""{"type":"set","elements":{"type":"string","one_of":["a"]}}""", FieldKind.Choices)]
    [InlineData("""{"type":"array","elements":{"type":"integer"}}""", FieldKind.List)]
    [InlineData("""{"type":"set","elements":{"type":"record","fields":[{"ip":{"type":"string"}}]}}""", FieldKind.Records)]
    [InlineData("""{"type":"map","keys":{"type":"string"},"values":{"type":"array","elements":{"type":"string"}}}""", FieldKind.Map)]
    [InlineData("""{"type":"record","abstract":true}""", FieldKind.Json)]
    [InlineData("""{"type":"array","elements":{"type":"array","elements":{"type":"string"}}}""", FieldKind.Json)]
    [InlineData("""{"type":"function"}""", FieldKind.Json)]
    [InlineData("""{"type":"foreign","reference":"services"}""", FieldKind.Foreign)]
    public void Read_EveryType_HasAnEditor(string schema, FieldKind kind) => FieldSchema.Read("field", Parse(schema)).Kind.ShouldBe(kind);

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
