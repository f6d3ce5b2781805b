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
    public async Task Description_WithEverything_BecomesAFileThatParses()
    {
        var file = _command.Write("shop.yaml", """
            openapi: 3.0.3
            info: {title: "The Shop: Orders & Carts", version: 2.1.0}
            x-kong-name: shop
            x-kong-tags: [shop, generated]
            x-kong-service-defaults: {retries: 3, read_timeout: 10000}
            x-kong-route-defaults: {preserve_host: true, https_redirect_status_code: 308}
            x-kong-upstream-defaults:
              algorithm: least-connections
              healthchecks: {active: {http_path: /health, healthy: {interval: 5, successes: 2}}}
            x-kong-plugin-key-auth: {config: {key_names: [x-api-key], hide_credentials: true}}
            x-kong-plugin-cors: {$ref: '#/components/x-kong/cors'}
            servers:
              - url: https://{region}.shop.test:{port}/api/{version}
                variables:
                  region: {default: eu, enum: [eu, us]}
                  port: {default: "8443"}
                  version: {default: v2}
              - url: https://us.shop.test/api/v2
            security: [{key: []}]
            tags: [{name: orders}]
            paths:
              x-internal: ignored
              /orders:
                parameters: [{name: page, in: query, schema: {type: integer}}]
                get: {operationId: listOrders, tags: [orders], responses: {"200": {$ref: '#/components/responses/Ok'}}}
                post:
                  operationId: list orders!
                  x-kong-plugin-request-size-limiting: {config: {allowed_payload_size: 1}}
                  responses: {}
              /orders/{order-id}/items/{item.id}.{format}:
                x-kong-name: item
                x-kong-plugin-rate-limiting: {config: {minute: 30, policy: local}}
                get: {responses: {}}
                delete:
                  x-kong-name: drop
                  x-kong-plugin-rate-limiting: {config: {minute: 3, policy: local}}
                  x-kong-route-defaults: {preserve_host: false, strip_path: true}
                  responses: {}
              /media/{a-name-that-is-longer-than-the-thirty-two-characters-of-a-group}:
                servers: [{url: //media.shop.test/files}]
                get:
                  responses: {}
                head:
                  servers: [{url: http://old.shop.test}, {url: http://older.shop.test:81}]
                  responses: {}
            components:
              x-kong:
                cors: {config: {origins: ["https://shop.test"]}}
              responses: {Ok: {description: fine}}
              securitySchemes: {key: {type: apiKey, in: header, name: x-api-key}, oidc: {type: openIdConnect, openIdConnectUrl: https://id.test}}
            """);

        var (code, output, error) = await _command.RunAsync("config", "convert", file, "-o", _command.PathOf("kong.yml"));
        (code, output, error).ShouldBe((0, "", ""));
        _command.Environment["KONG_DATABASE"] = "off";
        (await _command.RunAsync("config", "parse", _command.PathOf("kong.yml"))).ShouldBe((0, "parse successful\n", ""));

        var converted = JsonNode.Parse((await _command.RunAsync("config", "convert", file, "--format", "json")).Out)!;
        var services = converted["services"]!.AsArray();
        services.Select(s => s!["name"]!.ToString()).ShouldBe(["shop", "shop_media-a-name-that-is-longer-than-the-thirty-two-characters-of-a-group", "shop_media-a-name-that-is-longer-than-the-thirty-two-characters-of-a-group-_head_service"]);
        // Whichever servers a path has, nobody gets in without a key.
        services.ShouldAllBe(s => s!["plugins"]!.AsArray().Any(p => p!["name"]!.ToString() == "key-auth"));
        services.ShouldAllBe(s => s!["retries"]!.GetValue<int>() == 3);
        converted["upstreams"]![0]!["targets"]!.AsArray().Select(t => t!["target"]!.ToString()).ShouldBe(["eu.shop.test:8443", "us.shop.test:443"]);
        var drop = services[0]!["routes"]!.AsArray().Single(r => r!["name"]!.ToString() == "shop_drop")!;
        drop["paths"]![0]!.ToString().ShouldBe(@"~/orders/(?<order_id>[^#?/]+)/items/(?<item_id>[^#?/]+)\.(?<format>[^#?/]+)$");
        drop["plugins"]!.AsArray().Single()!["config"]!["minute"]!.GetValue<int>().ShouldBe(3);
        (drop["preserve_host"]!.GetValue<bool>(), drop["https_redirect_status_code"]!.GetValue<int>()).ShouldBe((false, 308));
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
