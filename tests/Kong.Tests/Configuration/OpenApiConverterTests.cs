using System.Text.Json.Nodes;
using Gateway.Kong.Configuration;

namespace Gateway.Kong.Tests.Configuration;

public sealed class OpenApiConverterTests : IDisposable
{
    private readonly TestCommand _command = new();

    [Fact]
    public async Task Description_BecomesAServiceWithARouteForEachOperation()
    {
        var file = _command.Write("pets.yaml", """
            openapi: 3.1.0
            info: {title: Pet Store, version: "1"}
            servers:
              - url: https://{env}.pets.test:8443/v2
                variables: {env: {default: prod}}
            x-kong-plugin-rate-limiting: {config: {minute: 5}}
            paths:
              /pets:
                get: {operationId: listPets, responses: {}}
              /pets/{pet-id}/a.b:
                $ref: '#/components/pathItems/one'
            components:
              pathItems:
                one:
                  delete: {x-kong-plugin-key-auth: {}, x-kong-route-defaults: {preserve_host: true}, responses: {}}
            """);

        var (code, output, error) = await _command.RunAsync("config", "convert", file, "--tag", "pets");

        (code, error).ShouldBe((0, ""));
        output.ShouldBe("""
            _format_version: '3.0'
            services:
              - name: pet-store
                protocol: https
                port: 8443
                path: /v2
                host: prod.pets.test
                tags:
                  - pets
                plugins:
                  - name: rate-limiting
                    config:
                      minute: 5
                    tags:
                      - pets
                routes:
                  - name: pet-store_listpets
                    paths:
                      - ~/pets$
                    methods:
                      - GET
                    regex_priority: 200
                    strip_path: false
                    tags:
                      - pets
                  - name: pet-store_pets-pet-id-a.b_delete
                    preserve_host: true
                    paths:
                      - ~/pets/(?<pet_id>[^#?/]+)/a\.b$
                    methods:
                      - DELETE
                    regex_priority: 100
                    strip_path: false
                    tags:
                      - pets
                    plugins:
                      - name: key-auth
                        tags:
                          - pets

            """);
    }

    [Fact]
    public void SeveralServers_BecomeAnUpstream()
    {
        var converted = OpenApiConverter.Convert(
            JsonNode.Parse("""{"openapi":"3.0.3","info":{"title":"A"},"servers":[{"url":"http://a.test"},{"url":"http://b.test:81"}],"paths":{}}"""), []);

        converted["services"]![0]!["host"]!.GetValue<string>().ShouldBe("a.upstream");
        converted["upstreams"]![0]!["targets"]!.ToJsonString().ShouldBe("""[{"target":"a.test:80"},{"target":"b.test:81"}]""");
    }

    [Fact]
    public void Servers_OfAPath_GetAServiceOfTheirOwn()
    {
        var converted = OpenApiConverter.Convert(
            JsonNode.Parse("""{"openapi":"3.0.3","info":{"title":"A"},"servers":[{"url":"http://a.test"}],"paths":{"/x":{"servers":[{"url":"//b.test/y/"}],"get":{}},"/z":{"get":{}}}}"""), []);

        var services = converted["services"]!.AsArray();
        services.Select(s => (s!["name"]!.GetValue<string>(), s["protocol"]!.GetValue<string>(), s["host"]!.GetValue<string>(), s["path"]!.GetValue<string>(), s["routes"]![0]!["name"]!.GetValue<string>()))
            .ShouldBe([("a", "http", "a.test", "/", "a_z_get"), ("a_x", "https", "b.test", "/y", "a_x_get")]);
    }

    [Theory]
    [InlineData("""{"swagger":"2.0"}""", "this is not an OpenAPI 3 description")]
    [InlineData("[1]", "expected an object")]
    [InlineData("""{"openapi":"3.0.0"}""", "paths: expected an object")]
    [InlineData("""{"openapi":"3.0.0","paths":{"x":{"get":{}}}}""", "does not begin with a slash")]
    [InlineData("""{"openapi":"3.0.0","servers":[{"url":"ftp://x"}],"paths":{}}""", "'ftp://x' is not an http or https address")]
    [InlineData("""{"openapi":"3.0.0","servers":[{"url":"http://{h}/"}],"paths":{}}""", "the variable 'h' has no default")]
    [InlineData("""{"openapi":"3.0.0","paths":{"/":{"$ref":"#/nowhere"}}}""", "there is no '#/nowhere'")]
    [InlineData("""{"openapi":"3.0.0","paths":{"/":{"$ref":"other.yaml#/x"}}}""", "does not lead to a place in this document")]
    [InlineData("openapi: [", "1:10")]
    public async Task Description_ThatCannotBeConverted_SaysWhy(string text, string complaint)
    {
        var (code, output, error) = await _command.RunAsync("config", "convert", _command.Write("d.yaml", text));

        (code, output).ShouldBe((1, ""));
        error.ShouldStartWith("Error: ");
        error.ShouldContain(complaint);
    }

    public void Dispose() => _command.Dispose();
}
