using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Sync;

namespace Gateway.DataPlane.Tests.Config;

/// <summary>Declarative documents as a control plane sends them.</summary>
public static class Documents
{
    public const string Workspace = "11111111-0000-4000-8000-000000000000";

    public static Guid Id(int kind, int number) => new(string.Create(CultureInfo.InvariantCulture, $"0000{kind:x4}-0000-4000-8000-{number:x12}"));

    public static JsonObject Empty() => new()
    {
        ["_format_version"] = "3.0",
        ["_transform"] = false,
        ["workspaces"] = new JsonArray(new JsonObject { ["id"] = Workspace, ["name"] = "default", ["created_at"] = 1700000000, ["updated_at"] = 1700000000 }),
    };

    /// <summary>A document with that many services, each with a route and a consumer with a key.</summary>
    public static JsonObject Sample(int count = 2, string path = "/mock")
    {
        var document = Empty();
        document["services"] = Rows(count, i => Service(i));
        document["routes"] = Rows(count, i => Row(2, i, new JsonObject
        {
            ["name"] = $"route-{i}", ["paths"] = new JsonArray($"{path}-{i}"), ["service"] = Id(1, i).ToString(),
        }));
        document["consumers"] = Rows(count, i => Row(3, i, new JsonObject { ["username"] = $"consumer-{i}", ["custom_id"] = null }));
        document["keyauth_credentials"] = Rows(count, i => Credential(i, $"secret-{i}"));
        return document;
    }

    public static JsonObject Service(int number) => Row(1, number, new JsonObject
    {
        ["name"] = $"service-{number}", ["host"] = "127.0.0.1", ["port"] = 8080, ["protocol"] = "http", ["retries"] = 5, ["path"] = null,
    });

    public static JsonObject Credential(int number, string key, int consumer = -1) => Row(4, number, new JsonObject
    {
        ["key"] = key, ["consumer"] = Id(3, consumer < 0 ? number : consumer).ToString(), ["ttl"] = null,
    });

    public static JsonObject Row(int kind, int number, JsonObject fields)
    {
        fields["id"] = Id(kind, number).ToString();
        fields["created_at"] = 1700000000;
        fields["ws_id"] = Workspace;
        fields["tags"] = null;
        if (kind is not 4)
        {
            fields["updated_at"] = 1700000000;
        }

        return fields;
    }

    public static Reconfigure Message(JsonObject document) => Message(document.ToJsonString());

    public static Reconfigure Message(string document)
    {
        var bytes = Encoding.UTF8.GetBytes(document);
        var hashes = ConfigHashes.Empty;
        try
        {
            using var parsed = JsonDocument.Parse(bytes);
            hashes = ConfigHash.Compute(parsed.RootElement);
        }
        catch (JsonException)
        {
            hashes = hashes with { Config = new string('f', 32) };
        }

        return new Reconfigure(hashes.Config, hashes, 1700000000, bytes);
    }

    private static JsonArray Rows(int count, Func<int, JsonObject> row) => new([.. Enumerable.Range(0, count).Select(i => (JsonNode?)row(i))]);
}
