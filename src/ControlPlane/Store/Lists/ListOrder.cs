using System.Globalization;
using System.Text;

namespace Gateway.ControlPlane.Store.Lists;

/// <summary>The order of a list: by a field and then by id, or by id alone. Rows without a value come last either way.</summary>
/// <param name="Column">The field's column; null for the id.</param>
/// <param name="Descending">Whether the greatest value comes first.</param>
internal sealed record ListOrder(EntityColumn? Column, bool Descending)
{
    /// <summary>The order of lists that are not sorted.</summary>
    public static ListOrder ById { get; } = new(null, false);

    /// <summary>The word for it inside an offset, by which a token is known to belong to this order.</summary>
    public string Word => Column is null && !Descending ? "" : $"{(Descending ? "-" : "")}{Column?.Field ?? "id"}";

    /// <summary>Where a row stands in this order.</summary>
    public ListPosition Of(IReadOnlyDictionary<string, object?> row) => new((Guid)row["id"]!, Word, Column is null ? null : Text(row[Column.Field]));

    /// <summary>The value of a position, to compare rows with; false when the text is no value of the field.</summary>
    public bool TryValue(string text, out object? value)
    {
        value = null;
        switch (Column!.Kind)
        {
            case ColumnKind.Text or ColumnKind.Texts:
                value = text;
                return true;
            case ColumnKind.Integer when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole):
                value = whole;
                return true;
            case ColumnKind.Number when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number):
                value = number;
                return true;
            case ColumnKind.Boolean when bool.TryParse(text, out var flag):
                value = flag;
                return true;
            case ColumnKind.Timestamp when DateTime.TryParseExact(text, "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time) && time.Kind is DateTimeKind.Utc:
                value = time;
                return true;
            case ColumnKind.Uuid when Guid.TryParse(text, out var id):
                value = id;
                return true;
            default:
                return false;
        }
    }

    private static string? Text(object? value) => value switch
    {
        null => null,
        string text => Start(text),
        string[] texts => texts is [var first, ..] ? Start(first) : null,
        DateTime time => time.ToString("O", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>As much of a text as counts, in characters as PostgreSQL counts them.</summary>
    private static string Start(string text)
    {
        if (text.Length <= ListFields.SortedLength)
        {
            return text;
        }

        var start = new StringBuilder();
        foreach (var rune in text.EnumerateRunes().Take(ListFields.SortedLength))
        {
            start.Append(rune.ToString());
        }

        return start.ToString();
    }
}

/// <summary>Where a page ended.</summary>
/// <param name="Id">The last row's id.</param>
/// <param name="Order">The word of the list's order; empty for the order by id.</param>
/// <param name="Value">The last row's value of the field that the list is sorted by; null when it has none.</param>
internal sealed record ListPosition(Guid Id, string Order = "", string? Value = null);
