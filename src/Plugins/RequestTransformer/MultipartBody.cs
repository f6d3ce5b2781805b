using System.Text;
using Microsoft.Net.Http.Headers;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>Changes the parts of a <c>multipart/form-data</c> body; parts that are not named stay as they are, byte for byte.</summary>
internal static class MultipartBody
{
    /// <summary>The changed body, or null when it is not of that form.</summary>
    /// <remarks>A part cannot be there twice, so nothing is appended; renaming comes before removing.</remarks>
    public static byte[]? Change(string type, ReadOnlyMemory<byte> body, Changes changes, TemplateValues values)
    {
        if (!MediaTypeHeaderValue.TryParse(type, out var media) || HeaderUtilities.RemoveQuotes(media.Boundary) is not { Length: > 0 } boundary)
        {
            return null;
        }

        // One character for each byte, so that files come out as they went in.
        var delimiter = $"--{boundary}";
        var pieces = Encoding.Latin1.GetString(body.Span).Split(delimiter);
        if (pieces.Length < 2 || !pieces[^1].StartsWith("--", StringComparison.Ordinal))
        {
            return null;
        }

        var parts = pieces[1..^1].Select(p => new Part(p)).ToList();
        foreach (var (old, name) in changes.Rename)
        {
            parts.Find(p => p.Name == old)?.Rename(name.Render(values));
        }

        parts.RemoveAll(p => changes.Remove.Any(r => r.Name == p.Name));
        foreach (var (name, value) in changes.Replace)
        {
            if (parts.FindIndex(p => p.Name == name) is >= 0 and var at)
            {
                parts[at] = Part.Of(name, value.Render(values));
            }
        }

        foreach (var (name, value) in changes.Add)
        {
            if (!parts.Exists(p => p.Name == name))
            {
                parts.Add(Part.Of(name, value.Render(values)));
            }
        }

        return Encoding.Latin1.GetBytes($"{pieces[0]}{string.Concat(parts.Select(p => delimiter + p.Text))}{delimiter}{pieces[^1]}");
    }

    /// <summary>A part as it stands between two delimiters.</summary>
    private sealed class Part(string text)
    {
        public string Text { get; private set; } = text;

        public string? Name { get; private set; } = NameIn(text);

        public static Part Of(string name, string value) =>
            new($"\r\nContent-Disposition: form-data; name=\"{Quoted(name)}\"\r\n\r\n{Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(value))}\r\n");

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
}
