using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>A declarative configuration as text, in JSON or YAML.</summary>
public static class DeclarativeText
{
    /// <summary>Reads a text as a document; what is both JSON and YAML is read as JSON.</summary>
    /// <param name="text">The text.</param>
    /// <param name="error">What is wrong with it, or null.</param>
    /// <param name="fileName">The name of the file that it comes from, whose ending tells the format; null when it comes from elsewhere.</param>
    public static JsonObject? Read(string text, out string? error, string? fileName = null)
    {
        var isJson = fileName?.EndsWith("json", StringComparison.Ordinal) is true;
        if (fileName is not null && !isJson && !fileName.EndsWith("yaml", StringComparison.Ordinal) && !fileName.EndsWith("yml", StringComparison.Ordinal))
        {
            error = $"unknown file type: {fileName}. (Accepted types: json, yaml)";
            return null;
        }

        string? reason = null;
        JsonNode? node = null;
        if ((fileName is null || isJson) && Json.TryParse(Encoding.UTF8.GetBytes(text), out var json))
        {
            node = json;
        }
        else if (!isJson)
        {
            node = YamlReader.Read(text, out reason);
        }
        else
        {
            reason = "not valid JSON";
        }

        var document = node switch
        {
            JsonObject map => map,
            // An empty list cannot be told from an empty object by the clients that send either.
            JsonArray { Count: 0 } => [],
            _ => null,
        };
        error = document is not null ? null : $"failed parsing declarative configuration: {reason ?? "expected an object"}";
        return document;
    }

#pragma warning disable CA5351 // The hash tells versions apart and protects nothing; its form is that of a configuration's hash on the wire.
    /// <summary>The hash by which the text is known again: 32 lower-case hex digits.</summary>
    /// <param name="text">The text.</param>
    public static string Hash(ReadOnlySpan<byte> text) => Convert.ToHexStringLower(MD5.HashData(text));
#pragma warning restore CA5351
}
