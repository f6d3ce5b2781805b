using System.Text;
using Microsoft.Net.Http.Headers;

namespace Gateway.PluginSdk;

/// <summary>The parts of a <c>multipart/form-data</c> body; those that nobody touches stay as they are, byte for byte.</summary>
public sealed class MultipartParts
{
    private readonly string _delimiter;
    private readonly string _before;
    private readonly string _after;

    private MultipartParts(string delimiter, string[] pieces) =>
        (_delimiter, _before, _after, Parts) = (delimiter, pieces[0], pieces[^1], [.. pieces[1..^1].Select(p => new MultipartPart(p))]);

    /// <summary>The parts, which may be changed.</summary>
    public List<MultipartPart> Parts { get; }

    /// <summary>Takes a body apart.</summary>
    /// <param name="type">Its content type.</param>
    /// <param name="body">The body.</param>
    /// <returns>The parts; null when it is not of that form.</returns>
    public static MultipartParts? Parse(string type, ReadOnlyMemory<byte> body)
    {
        if (!MediaTypeHeaderValue.TryParse(type, out var media) || HeaderUtilities.RemoveQuotes(media.Boundary) is not { Length: > 0 } boundary)
        {
            return null;
        }

        // One character for each byte, so that files come out as they went in.
        var delimiter = $"--{boundary}";
        var pieces = Encoding.Latin1.GetString(body.Span).Split(delimiter);
        return pieces.Length < 2 || !pieces[^1].StartsWith("--", StringComparison.Ordinal) ? null : new MultipartParts(delimiter, pieces);
    }

    /// <summary>The parts as a body.</summary>
    public byte[] ToBytes() => Encoding.Latin1.GetBytes($"{_before}{string.Concat(Parts.Select(p => _delimiter + p.Text))}{_delimiter}{_after}");
}

/// <summary>A part as it stands between two delimiters.</summary>
/// <param name="text">The text, a character for each byte.</param>
public sealed class MultipartPart(string text)
{
    /// <summary>The text, a character for each byte.</summary>
    public string Text { get; private set; } = text;

    /// <summary>The name of the field, or null.</summary>
    public string? Name { get; private set; } = NameIn(text);

    /// <summary>What the field holds.</summary>
    public string Value => Text.Split("\r\n\r\n", 2) is [_, var value] ? Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(value.EndsWith("\r\n", StringComparison.Ordinal) ? value[..^2] : value)) : string.Empty;

    /// <summary>A part that holds a text.</summary>
    /// <param name="name">The name of the field.</param>
    /// <param name="value">The text.</param>
    public static MultipartPart Of(string name, string value) =>
        new($"\r\nContent-Disposition: form-data; name=\"{Quoted(name)}\"\r\n\r\n{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value))}\r\n");

    /// <summary>Gives the field another name.</summary>
    /// <param name="name">The name.</param>
    public void Rename(string name)
    {
        Text = Text.Replace($"name=\"{Quoted(Name!)}\"", $"name=\"{Quoted(name)}\"", StringComparison.Ordinal);
        Name = name;
    }

    private static string? NameIn(string text)
    {
        foreach (var line in text.Split("\r\n\r\n", 2)[0].Split("\r\n"))
        {
            if (line.StartsWith("Content-Disposition:", StringComparison.OrdinalIgnoreCase) && ContentDispositionHeaderValue.TryParse(line[20..], out var disposition))
            {
                return HeaderUtilities.RemoveQuotes(disposition.Name).Value;
            }
        }

        return null;
    }

    private static string Quoted(string name) => name.Replace("\"", "%22", StringComparison.Ordinal).ReplaceLineEndings("%0D%0A");
}
