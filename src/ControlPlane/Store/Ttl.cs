using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.ControlPlane.Store;

/// <summary>The <c>ttl</c> in seconds that stands beside the fields of entities that may expire.</summary>
/// <param name="Seconds">The seconds; 0 for never, null when none was sent.</param>
internal readonly record struct Ttl(long? Seconds)
{
    private const int Max = 100_000_000;

    /// <summary>Takes it out of a document.</summary>
    public static Outcome<Ttl> Take(EntityTable table, JsonObject document)
    {
        if (!table.Schema.Ttl || !document.Remove(EntityTable.Expiry, out var node))
        {
            return default(Ttl);
        }

        var seconds = Json.String(node) is { } text && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : Json.Number(node);
        return node is null ? new Ttl(0)
            : seconds is >= 0 and <= Max && seconds == Math.Floor(seconds) ? new Ttl((long)seconds)
            : StoreError.InvalidOption(EntityTable.Expiry, $"must be an integer between 0 and {Max}");
    }

    /// <summary>When a row expires; one that is changed keeps its time when no other was sent.</summary>
    public DateTime? Expiry(TimeProvider time, DateTime? current) => Seconds switch
    {
        null => current,
        0 => null,
        { } seconds => time.GetUtcNow().UtcDateTime.AddSeconds(seconds),
    };
}
