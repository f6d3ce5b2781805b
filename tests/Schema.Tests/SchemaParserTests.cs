using System.Text.Json.Nodes;

namespace Gateway.Schema.Tests;

/// <summary>The parser on a declaration of every kind, at every depth.</summary>
public sealed class SchemaParserTests
{
    private static readonly EntitySchema _schema = SchemaReader.Entity(typeof(Sample));

    [Fact]
    public void Insert_MinimalDocument_FillsDefaultsAndAutomaticValues()
    {
        var row = Insert("""{"name":"a"}""").Value!;

        UuidRule.IsUuid((string?)row["id"]).ShouldBeTrue();
        Json.Number(row["weight"]).ShouldBe(100);
        row["comment"].ShouldBeNull();
        row.ContainsKey("comment").ShouldBeTrue();
        ((string)row["inner"]!["mode"]!).ShouldBe("fast");
        row["inner"]!["hosts"]!.AsArray().Count.ShouldBe(0);
        ((string)row["secret"]!).Length.ShouldBe(32);
    }

    [Fact]
    public void Insert_SeveralFaults_ReportsAllOfThemWhereTheyAre()
    {
        var violations = Insert("""{"weight":1000,"inner":{"mode":"odd","hosts":["ok","",1]},"extra":true,"parts":[{"n":1},{"n":-1},{"x":0}]}""").Violations!;

        JsonNode.DeepEquals(violations.Fields, JsonNode.Parse("""
            {
              "extra": "unknown field", "name": "required field missing", "weight": "value should be between 0 and 255",
              "inner": {"mode": "expected one of: fast, safe", "hosts": [null, "length must be at least 1", "expected a string"]},
              "parts": [null, {"n": "value should be between 0 and 9"}, {"x": "unknown field", "n": "required field missing"}]
            }
            """)).ShouldBeTrue(violations.Fields.ToJsonString());
        violations.Message.ShouldStartWith("7 schema violations (extra: unknown field; inner.hosts: {\n");
    }

    [Fact]
    public void Update_SomeFields_AreLaidOverTheRowRecordByRecord()
    {
        var current = Insert("""{"name":"a","inner":{"mode":"safe","hosts":["x"]},"comment":"c"}""").Value!;

        var row = SchemaParser.Parse(_schema, Parse("""{"inner":{"hosts":["y"]},"comment":null}"""), new ParseOptions { Mode = ParseMode.Update, Current = current }).Value!;

        ((string)row["inner"]!["mode"]!).ShouldBe("safe");
        ((string)row["inner"]!["hosts"]![0]!).ShouldBe("y");
        row["comment"].ShouldBeNull();
        ((string)row["id"]!).ShouldBe((string)current["id"]!);
        ((string)current["comment"]!).ShouldBe("c");
    }

    [Fact]
    public void Update_RowOlderThanAFieldOfItsRecord_GetsTheFieldsDefault()
    {
        var current = Insert("""{"name":"a"}""").Value!;
        ((JsonObject)current["inner"]!).Remove("hosts");

        var row = SchemaParser.Parse(_schema, Parse("""{"comment":"c"}"""), new ParseOptions { Mode = ParseMode.Update, Current = current }).Value!;

        row["inner"]!["hosts"]!.AsArray().Count.ShouldBe(0);
    }

    [Fact]
    public void Update_NullForARequiredField_IsRefused()
    {
        var current = Insert("""{"name":"a"}""").Value!;

        var violations = SchemaParser.Parse(_schema, Parse("""{"weight":null}"""), new ParseOptions { Mode = ParseMode.Update, Current = current }).Violations!;

        violations.Message.ShouldBe("schema violation (weight: required field missing)");
    }

    [Theory]
    [InlineData("""{"name":"a","url":"http://h.test:81/p"}""", null)]
    [InlineData("""{"name":"a","url":""}""", "schema violation (url: length must be at least 1)")]
    [InlineData("""{"name":"a","old":"x","inner":{"mode":"fast"}}""", "schema violation (old: both deprecated and new field are used but their values mismatch: old = x vs inner.mode = fast)")]
    public void Insert_Shorthand_IsExpandedOrRefused(string document, string? message) => Insert(document).Violations?.Message.ShouldBe(message);

    [Fact]
    public void Insert_SetWithDuplicates_KeepsTheFirstOfEach() =>
        Insert("""{"name":"a","tags":["b","a","b"]}""").Value!["tags"]!.ToJsonString().ShouldBe("""["b","a"]""");

    [Fact]
    public void Insert_SecretAsVaultReference_IsTakenAsItIs() =>
        Insert("""{"name":"a","secret":"{vault://env/x}"}""").Value!["secret"]!.GetValue<string>().ShouldBe("{vault://env/x}");

    [Fact]
    public void Load_PlainForeignIdAndNulls_BecomeAWholeRow()
    {
        var row = SchemaParser.Parse(_schema, Parse("""{"id":"11111111-1111-4111-8111-111111111111","name":"a","weight":null,"parent":"11111111-1111-4111-8111-111111111112"}"""),
            new ParseOptions { Mode = ParseMode.Load }).Value!;

        Json.Number(row["weight"]).ShouldBe(100);
        row["parent"]!.ToJsonString().ShouldBe("""{"id":"11111111-1111-4111-8111-111111111112"}""");
    }

    [Theory]
    [InlineData("name=a&weight=7&inner.mode=safe&inner.hosts[]=x&inner.hosts[]=y&tags=one", """{"name":"a","weight":7,"inner":{"mode":"safe","hosts":["x","y"]},"tags":["one"]}""")]
    [InlineData("name=a&comment=", """{"name":"a","comment":null}""")]
    [InlineData("parts[1].n=1&parts[2].n=2", """{"parts":[{"n":1},{"n":2}]}""")]
    [InlineData("parent.id=", """{"parent":{"id":null}}""")]
    [InlineData("parent=", """{"parent":null}""")]
    [InlineData("weight=abc&name=%zz+x", """{"weight":"abc","name":"%zz x"}""")]
    public void Form_Fields_BecomeTheDocumentThatTheSchemaSuggests(string form, string document) =>
        FormDecoder.Decode(_schema, FormDecoder.Split(form)).ToJsonString(Wire.Options).ShouldBe(document);

    [Theory]
    [InlineData("^%u+$", "GET", true)]
    [InlineData("^%u+$", "GeT", false)]
    [InlineData("^[a-z][a-z%d-]-[a-z%d]+$", "my-env", true)]
    [InlineData("^[a-z][a-z%d-]-[a-z%d]+$", "Bad_Prefix", false)]
    [InlineData("^[0-9]+-[0-9]+$", "12-30", true)]
    [InlineData("^[0-9]+-[0-9]+$", "1230", false)]
    [InlineData("^[^*]*%*?[^*]*$", "*.a", true)]
    [InlineData("^[^*]*%*?[^*]*$", "*.*", false)]
    public void LuaPattern_Text_MatchesAsInLua(string pattern, string text, bool matches) => LuaPattern.ToRegex(pattern).IsMatch(text).ShouldBe(matches);

    private static ParseResult Insert(string document) => SchemaParser.Parse(_schema, Parse(document), new ParseOptions { Mode = ParseMode.Insert });

    private static JsonObject Parse(string document) => JsonNode.Parse(document)!.AsObject();
}
