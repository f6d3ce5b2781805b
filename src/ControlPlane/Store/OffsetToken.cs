using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store.Lists;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>Where a page ended: base64, without padding, of a JSON list with the last primary key.</summary>
internal static class OffsetToken
{
    /// <summary>The end of a page; one of a sorted list says the order and the value with which it ended too.</summary>
    public static string Write(ListPosition last) => last.Order.Length is 0
        ? Encode($"[\"{last.Id}\"]")
        : Encode(new JsonArray(last.Id.ToString(), last.Order, last.Value).ToJsonString());

    /// <summary>The end of a page in the middle of what one row holds.</summary>
    public static string Write(Guid last, int ordinal) => Encode(string.Create(CultureInfo.InvariantCulture, $"[\"{last}\",{ordinal}]"));

    /// <summary>Reads where the page before ended, in a list of the order that is asked for now.</summary>
    public static Outcome<ListPosition> Read(string token, ListOrder order)
    {
        var parsed = Parse(token);
        if (parsed.Error is not null)
        {
            return parsed.Error;
        }

        var (last, list) = parsed.Value;
        var position = list is [_, { } word, ..] && Json.String(word) is { } name ? new ListPosition(last, name, list.Count > 2 ? Json.String(list[2]) : null) : new ListPosition(last);
        return position.Order != order.Word || (position.Value is { } value && !order.TryValue(value, out _))
            ? StoreError.InvalidOffset(token, "it belongs to a list in another order")
            : position;
    }

    public static Outcome<(Guid Last, int Ordinal)> ReadWithOrdinal(string token) => Parse(token) is { Error: null, Value: var (last, list) }
        ? (last, list.Count > 1 && Json.Number(list[1]) is >= 0 and <= int.MaxValue and var number ? (int)number : 0)
        : Parse(token).Error!;

    private static Outcome<(Guid Last, JsonArray List)> Parse(string token)
    {
        var bytes = new byte[token.Length + 4];
        if (!Convert.TryFromBase64String(token.PadRight((token.Length + 3) / 4 * 4, '='), bytes, out var length))
        {
            return StoreError.InvalidOffset(token, "bad base64 encoding");
        }

        try
        {
            return JsonNode.Parse(bytes.AsSpan(0, length)) is JsonArray and [var id, ..] list && Guid.TryParse(Json.String(id), out var last)
                ? (last, list)
                : StoreError.InvalidOffset(token, "bad json encoding");
        }
        catch (JsonException)
        {
            return StoreError.InvalidOffset(token, "bad json encoding");
        }
    }

    private static string Encode(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=');
}
