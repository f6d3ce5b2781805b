using System.Globalization;
using Gateway.ControlPlane.Store;
using Gateway.ControlPlane.Store.Lists;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>What a query asks of a list of entities beyond Kong's <c>size</c>, <c>offset</c> and <c>tags</c>: a search, an order, values of fields, a total.</summary>
/// <param name="Page">What is asked.</param>
/// <param name="Ours">The parameters that Kong does not have and the path of the next page needs.</param>
internal sealed record ListQuery(PageRequest Page, IReadOnlyList<string> Ours)
{
    private const string Search = "search";
    private const string Sort = "sort";
    private const string SortDesc = "sort_desc";
    private const string Total = "total";
    private static readonly string[] _own = [Search, Sort, SortDesc, Total];

    /// <summary>Whether a query has a parameter that Kong does not know.</summary>
    public static bool HasOwn(IQueryCollection query) => _own.Any(query.ContainsKey);

    /// <summary>Whether a query asks no more than Kong's parameters can.</summary>
    public static bool IsPlain(IQueryCollection query, EntityTable table) => !HasOwn(query) && !table.Lists.Filtered.Any(c => query.ContainsKey(c.Field) && c.Field is not "tags");

    /// <summary>Reads a query; parameters that are neither ours nor fields are ignored.</summary>
    public static Outcome<ListQuery> Read(IQueryCollection query, EntityTable table, EntityTables tables, bool isNested)
    {
        var page = CollectionQuery.Read(query, table.Schema.Field("tags") is not null);
        if (page.Error is not null)
        {
            return page.Error;
        }

        var own = _own.Where(query.ContainsKey).ToArray();
        // Kong ignores the key that names an entity in paths, and clients send it; beside a parameter of ours it is a filter like any other.
        var fields = table.Lists.Filtered.Where(c => query.ContainsKey(c.Field) && (own.Length > 0 || c.Field != table.Schema.EndpointKey)).ToArray();
        var (order, filters, total) = (Order(query, table), Filters(query, fields, tables), Flag(query, Total));
        if ((order.Error ?? filters.Error ?? total.Error) is { } error)
        {
            return error;
        }

        string[] ours = [.. own, .. fields.Select(c => c.Field)];
        return new ListQuery(page.Value! with
        {
            // Below a parent Kong judges tags but does not look for them.
            Tags = isNested && ours.Length is 0 ? null : page.Value!.Tags,
            Search = query[Search].ToString() is { Length: > 0 } text ? text : null,
            Order = order.Value,
            Where = filters.Value!,
            Total = total.Value,
        }, ours);
    }

    private static Outcome<ListOrder?> Order(IQueryCollection query, EntityTable table)
    {
        var (sort, descending) = (query[Sort].ToString(), query[SortDesc].ToString());
        var isFlag = Flag(query, SortDesc) is { Error: null };
        var option = sort.Length > 0 ? Sort : SortDesc;
        var name = sort.Length > 0 ? sort : isFlag ? "" : descending;
        if (sort.Length > 0 && !isFlag && descending != sort)
        {
            return StoreError.InvalidOption(SortDesc, $"must be a boolean, or the field to sort by without {Sort}");
        }

        if (name.Length is 0)
        {
            return default(Outcome<ListOrder?>);
        }

        var isDescending = !isFlag || Flag(query, SortDesc).Value;
        return name is "id" ? new ListOrder(null, isDescending)
            : table.Lists.Sorted.FirstOrDefault(c => c.Field == name) is { } column ? new ListOrder(column, isDescending)
            : StoreError.InvalidOption(option, $"must be one of: {string.Join(", ", table.Lists.Sorted.Select(c => c.Field))}");
    }

    private static Outcome<List<FieldFilter>> Filters(IQueryCollection query, IEnumerable<EntityColumn> fields, EntityTables tables)
    {
        var filters = new List<FieldFilter>();
        foreach (var column in fields)
        {
            foreach (var text in query[column.Field])
            {
                var filter = Filter(column, text ?? "", tables);
                if (filter.Error is not null)
                {
                    return filter.Error;
                }

                filters.Add(filter.Value!);
            }
        }

        return filters;
    }

    /// <summary>A value as the field's type has it; an empty one asks for rows without a value.</summary>
    private static Outcome<FieldFilter> Filter(EntityColumn column, string text, EntityTables tables)
    {
        if (text.Length is 0)
        {
            return new FieldFilter(column, null);
        }

        if (column.Schema.Reference is { } reference && !Guid.TryParse(text, out _))
        {
            return tables[reference].Schema.EndpointKey is { } key ? new FieldFilter(column, text, key) : Expected(column, "a valid UUID");
        }

        return column.Kind switch
        {
            ColumnKind.Text or ColumnKind.Texts => new FieldFilter(column, text),
            ColumnKind.Uuid or ColumnKind.Uuids => Guid.TryParse(text, out var id) ? new FieldFilter(column, id) : Expected(column, "a valid UUID"),
            ColumnKind.Boolean => bool.TryParse(text, out var flag) ? new FieldFilter(column, flag) : Expected(column, "a boolean"),
            ColumnKind.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? new FieldFilter(column, number) : Expected(column, "a number"),
            _ => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? new FieldFilter(column, whole) : Expected(column, "an integer"),
        };
    }

    private static StoreError Expected(EntityColumn column, string what) => StoreError.InvalidOption(column.Field, $"expected {what}");

    private static Outcome<bool> Flag(IQueryCollection query, string name) => query[name].ToString() switch
    {
        "" or "false" or "0" => false,
        "true" or "1" => true,
        _ => StoreError.InvalidOption(name, "expected a boolean"),
    };
}
