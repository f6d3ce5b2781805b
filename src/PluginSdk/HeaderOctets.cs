using System.Text;

namespace Gateway.PluginSdk;

/// <summary>Header values are octets on their way upstream, so text outside ASCII travels as the octets of its UTF-8.</summary>
public static class HeaderOctets
{
    /// <summary>A text in the form in which it is put into a request header.</summary>
    /// <param name="text">The text, such as a consumer's name.</param>
    public static string Of(string text) => Ascii.IsValid(text) ? text : Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
