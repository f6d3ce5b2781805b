namespace Gateway.Plugins.Cors;

/// <summary>An origin taken apart.</summary>
/// <param name="Text">As it was written.</param>
/// <param name="Full">Scheme, host and port; a usual port is written out.</param>
/// <param name="Host">The host alone; of what is no URL, such as <c>null</c>, all of it.</param>
internal readonly record struct Origin(string Text, string Full, string Host)
{
    public static Origin Read(string text)
    {
        var scheme = text.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
        {
            return new(text, text, text);
        }

        var authority = text[(scheme + 3)..].Split('/')[0];
        var colon = authority.LastIndexOf(':');
        if (colon > authority.LastIndexOf(']'))
        {
            return new(text, text[..(scheme + 3)] + authority, authority[..colon]);
        }

        var port = text[..scheme] switch { "http" => ":80", "https" => ":443", _ => string.Empty };
        return new(text, text[..(scheme + 3)] + authority + port, authority);
    }
}
