using Gateway.PluginSdk;

namespace Gateway.Plugins.RequestTransformer;

/// <summary>Changes the parts of a <c>multipart/form-data</c> body; parts that are not named stay as they are, byte for byte.</summary>
internal static class MultipartBody
{
    /// <summary>The changed body, or null when it is not of that form.</summary>
    /// <remarks>A part cannot be there twice, so nothing is appended; renaming comes before removing.</remarks>
    public static byte[]? Change(string type, ReadOnlyMemory<byte> body, Changes changes, TemplateValues values)
    {
        if (MultipartParts.Parse(type, body) is not { Parts: var parts } whole)
        {
            return null;
        }

        foreach (var (old, name) in changes.Rename)
        {
            parts.Find(p => p.Name == old)?.Rename(name.Render(values));
        }

        parts.RemoveAll(p => changes.Remove.Any(r => r.Name == p.Name));
        foreach (var (name, value) in changes.Replace)
        {
            if (parts.FindIndex(p => p.Name == name) is >= 0 and var at)
            {
                parts[at] = MultipartPart.Of(name, value.Render(values));
            }
        }

        foreach (var (name, value) in changes.Add)
        {
            if (!parts.Exists(p => p.Name == name))
            {
                parts.Add(MultipartPart.Of(name, value.Render(values)));
            }
        }

        return whole.ToBytes();
    }
}
