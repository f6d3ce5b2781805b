using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Gateway.Schema;

/// <summary>The names that enum members have on the wire.</summary>
public static class EnumNames
{
    /// <summary>The wire name of a member: its <see cref="JsonStringEnumMemberNameAttribute"/>, or its name in snake case.</summary>
    /// <param name="member">The member.</param>
    public static string Of(Enum member) => Of(member.GetType().GetField(member.ToString())!);

    /// <summary>The wire names of all members, in the order of their declaration.</summary>
    /// <param name="type">The enum type.</param>
    public static IReadOnlyList<string> All(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).OrderBy(f => f.MetadataToken).Select(Of)];

    /// <summary>Values as JSON: enum members by name, literals as they are.</summary>
    /// <param name="values">Enum members, texts, numbers or truth values.</param>
    public static JsonNode?[] Nodes(params object[] values) => [.. values.Select(v => v switch
    {
        Enum member => JsonValue.Create(Of(member)),
        string text => JsonValue.Create(text),
        bool truth => JsonValue.Create(truth),
        int number => (JsonNode?)JsonValue.Create(number),
        double number => Json.FromDouble(number),
        _ => throw new ArgumentException($"no JSON for {v.GetType()}"),
    })];

    private static string Of(FieldInfo field) => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? Wire.Name(field.Name);
}
