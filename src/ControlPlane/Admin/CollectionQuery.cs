using Gateway.ControlPlane.Store;
using Gateway.Entities;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>Reads <c>size</c>, <c>offset</c> and <c>tags</c>, and writes the path of the next page.</summary>
internal static class CollectionQuery
{
    private const int MaxSize = 1000;
    private const int MaxTags = 5;

    /// <summary>Reads a query.</summary>
    /// <param name="query">The query.</param>
    /// <param name="isTagged">Whether what is listed has tags; the parameter says nothing of what has none.</param>
    public static Outcome<PageRequest> Read(IQueryCollection query, bool isTagged)
    {
        var request = new PageRequest();
        var tags = !isTagged ? default : query.TryGetValue("tags", out var plain) ? plain : query.TryGetValue("tags[]", out var list) ? list : default;
        if (tags is [null or "", ..])
        {
            return StoreError.InvalidOption("tags", "cannot be null");
        }

        if (query.TryGetValue("size", out var text))
        {
            if (text is not [{ } word] || !FormDecoder.TryNumber(word, out var size))
            {
                return StoreError.InvalidSize("size must be a number");
            }

            if (size is < 1 or > MaxSize || size != Math.Floor(size))
            {
                return StoreError.InvalidSize("size must be an integer between 1 and 1000");
            }

            request = request with { Size = (int)size };
        }

        if (query.TryGetValue("offset", out var offset))
        {
            request = request with { Offset = offset.ToString() };
        }

        if (tags is [{ } words, ..])
        {
            var filter = Tags(words);
            if (filter.Error is not null)
            {
                return filter.Error;
            }

            request = request with { Tags = filter.Value };
        }

        return request;
    }

    /// <summary>The path of the next page; below a parent it says neither size nor tags, unless it says more that is ours.</summary>
    public static string Next(string path, string offset, IQueryCollection query, bool isNested, IEnumerable<string>? ours = null)
    {
        var next = $"{path}?offset={Uri.EscapeDataString(offset)}";
        string[] more = [.. ours ?? []];
        foreach (var name in (isNested && more.Length is 0 ? [] : new[] { "tags", "size" }).Concat(more).Where(query.ContainsKey))
        {
            next += string.Concat(query[name].Select(value => $"&{Uri.EscapeDataString(name)}={Uri.EscapeDataString(value ?? "")}"));
        }

        return next;
    }

    private static Outcome<TagFilter> Tags(string text)
    {
        var isAny = text.Contains('/', StringComparison.Ordinal);
        if (isAny && text.Contains(',', StringComparison.Ordinal))
        {
            return StoreError.InvalidOption("tags", "invalid filter syntax");
        }

        var tags = text.Split(isAny ? '/' : ',');
        if (tags is [.., ""] && tags.Length > 1 && tags[..^1].All(t => t.Length > 0))
        {
            // What follows the last comma is a tag too, one that nothing carries.
            return new TagFilter(tags, true);
        }

        return tags.Any(t => t.Length is 0 || new TagAttribute().Rules.Any(r => r.Judge(t) is not null)) ? StoreError.InvalidOption("tags", "invalid filter syntax")
            : tags.Length > MaxTags ? StoreError.InvalidOption("tags", "cannot query more than 5 tags")
            : new TagFilter([.. tags.Distinct()], !isAny);
    }
}
