using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Manager.Tests.FakeAdmin;

/// <summary>The schemas of the shared folder, or a small set of our own where that is absent.</summary>
public static class FakeSchemas
{
    public static JsonObject? Find(string name)
    {
        var file = name.StartsWith("plugins/", StringComparison.Ordinal) ? $"{name}.json" : $"entities/{name}.json";
        return SharedFolder.PathOf("kong", "schemas", file) is { } path
            ? (JsonObject)JsonNode.Parse(File.ReadAllText(path))!
            : name == "services" ? (JsonObject)JsonNode.Parse(Services)! : null;
    }

    private const string Services = """
        {"fields":[
          {"id":{"type":"string","uuid":true,"auto":true}},
          {"name":{"type":"string","unique":true}},
          {"retries":{"type":"integer","default":5,"between":[0,32767]}},
          {"protocol":{"type":"string","required":true,"default":"http","one_of":["http","https","tcp"]}},
          {"host":{"type":"string","required":true}},
          {"port":{"type":"integer","required":true,"default":80,"between":[0,65535]}},
          {"path":{"type":"string","starts_with":"/"}},
          {"tags":{"type":"set","elements":{"type":"string"}}},
          {"enabled":{"type":"boolean","required":true,"default":true}}]}
        """;
}
