using System.Net;
using Gateway.Entities.Expressions;
using static Gateway.Entities.Expressions.ExpressionNode;

namespace Gateway.Entities.Tests.Expressions;

public sealed class ExpressionParserTests
{
    [Fact]
    public void Parse_OrBetweenAnds_BindsTighter()
    {
        var and = Parse("http.host == \"a\" && http.host == \"b\" || http.host == \"c\"").ShouldBeOfType<And>();

        and.Left.ShouldBeOfType<Predicate>();
        and.Right.ShouldBeOfType<Or>();
    }

    [Theory]
    [InlineData("net.dst.port == 80", 80)]
    [InlineData("net.dst.port == 0x1F", 31)]
    [InlineData("net.dst.port == 0755", 493)]
    [InlineData("net.dst.port == -1", -1)]
    [InlineData("net.port == 0", 0)]
    public void Parse_Integers_OfAllBases(string text, long value) =>
        Parse(text).ShouldBeOfType<Predicate>().Value.ShouldBe(new ExpressionValue.Number(value));

    [Fact]
    public void Parse_Strings_KnowEscapesAndRawForm()
    {
        Parse("http.path == \"a\\\"b\\\\c\\n\"").ShouldBeOfType<Predicate>().Value.ShouldBe(new ExpressionValue.Text("a\"b\\c\n"));
        Parse("http.path ~ r#\"^/\\d+\"#").ShouldBeOfType<Predicate>().Value.ShouldBe(new ExpressionValue.Text("^/\\d+"));
    }

    [Fact]
    public void Parse_AddressesAndRanges_OfBothFamilies()
    {
        Parse("net.src.ip == ::1").ShouldBeOfType<Predicate>().Value.ShouldBe(new ExpressionValue.Address(IPAddress.IPv6Loopback));
        Parse("net.src.ip in 10.0.0.0/8").ShouldBeOfType<Predicate>().Value.ShouldBe(new ExpressionValue.Range(IPNetwork.Parse("10.0.0.0/8")));
        Parse("net.src.ip not in fd00::/64").ShouldBeOfType<Predicate>().Operator.ShouldBe(ExpressionOperator.NotIn);
    }

    [Fact]
    public void Parse_Functions_Nest()
    {
        var predicate = Parse("any(lower(http.headers.x_foo)) contains \"bar\"").ShouldBeOfType<Predicate>();

        (predicate.Any, predicate.Lower, predicate.Operator, predicate.Field.Name).ShouldBe((true, true, ExpressionOperator.Contains, "x_foo"));
    }

    [Fact]
    public void Parse_Negation_StandsBeforeParentheses() => Parse("!((http.method == \"GET\"))").ShouldBeOfType<Not>();

    [Theory]
    [InlineData("http.foo == \"a\"", "Unknown LHS field")]
    [InlineData("http.path == 1", "Type mismatch between the LHS and RHS values of predicate")]
    [InlineData("net.src.ip == 10.0.0.0/8", "Type mismatch between the LHS and RHS values of predicate")]
    [InlineData("net.src.ip in 10.0.0.1", "In/NotIn operators only supports IP in CIDR")]
    [InlineData("http.path in \"a\"", "In/NotIn operators only supports IP in CIDR")]
    [InlineData("lower(net.dst.port) == 1", "lower-case transformation function only supported with String type fields")]
    [InlineData("net.dst.port ^= 1", "Regex/Prefix/Postfix operators only supports string operands")]
    [InlineData("http.path > \"a\"", "Greater/GreaterOrEqual/Lesser/LesserOrEqual operators only supports integer operands")]
    [InlineData("net.dst.port contains 1", "Contains operator only supports string operands")]
    [InlineData("", " --> 1:1\n  |\n1 | \n  | ^---\n  |\n  = expected term")]
    [InlineData("http.path", " --> 1:10\n  |\n1 | http.path\n  |          ^---\n  |\n  = expected binary_operator")]
    [InlineData("http.path == ", " --> 1:14\n  |\n1 | http.path == \n  |              ^---\n  |\n  = expected rhs")]
    [InlineData("upper(http.path) == \"A\"", " --> 1:1\n  |\n1 | upper(http.path) == \"A\"\n  | ^---^\n  |\n  = unknown transformation function: upper")]
    [InlineData("net.src.ip in 10.0.0.1/8", " --> 1:15\n  |\n1 | net.src.ip in 10.0.0.1/8\n  |               ^--------^\n  |\n  = host part of address was not zero")]
    public void Parse_WhatIsWrong_IsToldWithItsPlace(string text, string error) => Error(text).ShouldBe(error);

    [Theory]
    [InlineData("http.path ~ \"a(?=b)\"", "look-around, including look-ahead and look-behind, is not supported")]
    [InlineData("http.path ~ \"(a)\\\\1\"", "backreferences are not supported")]
    [InlineData("http.path ~ \"(a\"", "unclosed group")]
    [InlineData("(http.path == \"a\"", "expected and_op, or_op, or \")\"")]
    [InlineData("http.path == \"a\" http.path", "expected EOI, and_op, or or_op")]
    [InlineData("net.dst.port == 99999999999999999999", "number too large to fit in target type")]
    public void Parse_WhatIsWrong_IsNamed(string text, string words) => Error(text).ShouldContain(words);

    [Fact]
    public void Parse_NestedTooDeep_IsRefused() => Error(new string('(', 10_000)).ShouldContain("nested too deep");

    [Fact]
    public void Parse_HttpFieldsInStreams_AreUnknown() => ExpressionParser.TryParse("http.path == \"/\"", stream: true, out _, out _).ShouldBeFalse();

    private static ExpressionNode Parse(string text)
    {
        ExpressionParser.TryParse(text, stream: false, out var node, out var error).ShouldBeTrue(error);
        return node!;
    }

    private static string Error(string text)
    {
        ExpressionParser.TryParse(text, stream: false, out _, out var error).ShouldBeFalse();
        return error!;
    }
}
