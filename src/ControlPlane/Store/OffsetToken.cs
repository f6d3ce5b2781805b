using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>Where a page ended: base64, without padding, of a JSON list with the last primary key.</summary>
internal static class OffsetToken
{
    public static string Write(Guid last) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"[\"{last}\"]")).TrimEnd('=');

    public static Outcome<Guid> Read(string token)
    {
        var bytes = new byte[token.Length + 4];
        if (!Convert.TryFromBase64String(token.PadRight((token.Length + 3) / 4 * 4, '='), bytes, out var length))
        {
            return StoreError.InvalidOffset(token, "bad base64 encoding");
        }

        try
        {
            return JsonNode.Parse(bytes.AsSpan(0, length)) is JsonArray and [var id, ..] && Guid.TryParse(Json.String(id), out var last)
                ? last
                : StoreError.InvalidOffset(token, "bad json encoding");
        }
        catch (JsonException)
        {
            return StoreError.InvalidOffset(token, "bad json encoding");
        }
    }
}
