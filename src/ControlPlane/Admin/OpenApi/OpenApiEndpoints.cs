using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.Hosting;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin.OpenApi;

/// <summary><c>/openapi.json</c>: the Admin API described by itself, from the paths that are mapped and the schemas that judge; and <c>/openapi</c>, the same for people.</summary>
internal sealed class OpenApiEndpoints
{
    private static readonly Lazy<string> _page = new(ReadPage);
    private readonly Lazy<string> _document;

    public OpenApiEndpoints(RouteTable routes, EntityTables tables) =>
        _document = new(() => Render(routes, new OpenApiComponents(tables.Catalog)).ToJsonString(Wire.Options));

    public IEnumerable<(string Path, Resource Resource)> Resources =>
    [
        ("/openapi.json", new Resource { Get = _ => Answer(_document.Value, "application/json; charset=utf-8") }),
        ("/openapi", new Resource { Get = ShowAsync }),
    ];

    private static Task<AdminAnswer> ShowAsync(AdminRequest request)
    {
        var headers = request.Http.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        return Answer(_page.Value, "text/html; charset=utf-8");
    }

    private static Task<AdminAnswer> Answer(string text, string type) => Task.FromResult(new AdminAnswer(StatusCodes.Status200OK) { Text = text, TextType = type });

    private static JsonObject Render(RouteTable routes, OpenApiComponents components) => new()
    {
        ["openapi"] = "3.1.0",
        ["info"] = new JsonObject
        {
            ["title"] = "Admin API",
            ["version"] = Product.KongVersion,
            ["summary"] = "Configures the gateway and tells how it is.",
            ["description"] = "Every path also stands below the name of a workspace: `/{workspace}/services`. Bodies are JSON or forms. Lists come in pages.",
            ["license"] = new JsonObject { ["name"] = "Apache-2.0", ["identifier"] = "Apache-2.0" },
        },
        ["servers"] = new JsonArray(new JsonObject { ["url"] = "/", ["description"] = "This node" }),
        ["security"] = new JsonArray(),
        ["paths"] = new JsonObject(routes.Paths.Select(p => KeyValuePair.Create<string, JsonNode?>(p.Path, OpenApiOperations.Render(p)))),
        ["components"] = components.Render(),
        ["tags"] = new JsonArray([.. routes.Paths.Select(OpenApiOperations.GroupOf).Distinct().Order(StringComparer.Ordinal).Select(g => (JsonNode?)new JsonObject { ["name"] = g })]),
    };

    private static string ReadPage()
    {
        using var stream = typeof(OpenApiEndpoints).Assembly.GetManifestResourceStream("openapi.html")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
