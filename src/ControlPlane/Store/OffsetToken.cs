using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>Where a page ended: base64, without padding, of a JSON list with the last primary key.</summary>
internal static class OffsetToken
{
    public static string Write(Guid last) => Encode($"[\"{last}\"]");

    /// <summary>The end of a page in the middle of what one row holds.</summary>
    public static string Write(Guid last, int ordinal) => Encode(string.Create(CultureInfo.InvariantCulture, $"[\"{last}\",{ordinal}]"));

    public static Outcome<Guid> Read(string token) => ReadWithOrdinal(token) is { Error: { } error } ? error : ReadWithOrdinal(token).Value.Last;

    public static Outcome<(Guid Last, int Ordinal)> ReadWithOrdinal(string token)
    {
        var bytes = new byte[token.Length + 4];
        if (!Convert.TryFromBase64String(token.PadRight((token.Length + 3) / 4 * 4, '='), bytes, out var length))
        {
            return StoreError.InvalidOffset(token, "bad base64 encoding");
        }

        try
        {
            return JsonNode.Parse(bytes.AsSpan(0, length)) is JsonArray and [var id, ..] list && Guid.TryParse(Json.String(id), out var last)
                ? (last, list.Count > 1 && Json.Number(list[1]) is >= 0 and <= int.MaxValue and var number ? (int)number : 0)
                : StoreError.InvalidOffset(token, "bad json encoding");
        }
        catch (JsonException)
        {
            return StoreError.InvalidOffset(token, "bad json encoding");
        }
    }

    private static string Encode(string json) => Convert.ToBase64String(Encoding.ASCII.GetBytes(json)).TrimEnd('=');
}
