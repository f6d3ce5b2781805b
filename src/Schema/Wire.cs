using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Schema;

/// <summary>The one way in which entities and JSON become each other.</summary>
public static class Wire
{
    /// <summary>Snake-case names, enums by their names, numbers strict, unknown fields ignored.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    /// <summary>The name that a C# member has on the wire.</summary>
    /// <param name="member">The member's name.</param>
    public static string Name(string member) => JsonNamingPolicy.SnakeCaseLower.ConvertName(member);

    /// <summary>The name that a C# member has on the wire, which it may declare itself.</summary>
    /// <param name="member">The member.</param>
    public static string Name(MemberInfo member) => member.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? Name(member.Name);

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower), new SetConverterFactory() },
        };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
