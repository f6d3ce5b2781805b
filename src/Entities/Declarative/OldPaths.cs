using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gateway.Schema;

namespace Gateway.Entities.Declarative;

/// <summary>Brings the paths of routes from formats 1.1 and 2.1, in which a regular expression had no mark, into that of 3.0.</summary>
internal static partial class OldPaths
{
    private const string Reserved = "!#$%&'()*+,/:;=?@[]";
    private const string Special = @".^-{}\|";

    /// <summary>Changes the routes of a document of an old format, at its top and within services.</summary>
    /// <param name="document">The document, which is changed.</param>
    public static void Migrate(JsonObject document)
    {
        if (Json.String(document["_format_version"]) is not ("1.1" or "2.1"))
        {
            return;
        }

        var services = (document["services"] as JsonArray ?? []).OfType<JsonObject>();
        foreach (var route in services.Select(s => s["routes"]).Append(document["routes"]).OfType<JsonArray>().SelectMany(r => r).OfType<JsonObject>())
        {
            if (route["paths"] is JsonArray paths)
            {
                for (var i = 0; i < paths.Count; i++)
                {
                    paths[i] = Json.String(paths[i]) is { } path ? Migrated(path) : paths[i]?.DeepClone();
                }
            }
        }
    }

    /// <summary>A path of an old format in the form of 3.0: normalised, or marked as a regular expression.</summary>
    internal static string Migrated(string path) => Plain().IsMatch(path) ? path.Length is 0 ? path : PathRules.Normalize(path) : "~" + Decoded(path);

    /// <summary>The expression with unreserved octets decoded, as requests' paths were when they met it.</summary>
    private static string Decoded(string expression) => Octets().Replace(expression, octets =>
    {
        var decoded = new List<byte>();
        foreach (var octet in octets.Value.Split('%', StringSplitOptions.RemoveEmptyEntries))
        {
            var c = (char)Convert.FromHexString(octet)[0];
            decoded.AddRange(Reserved.Contains(c, StringComparison.Ordinal) ? Encoding.ASCII.GetBytes($"%{octet.ToUpperInvariant()}")
                : Special.Contains(c, StringComparison.Ordinal) ? [(byte)'\\', (byte)c]
                : [(byte)c]);
        }

        return Encoding.UTF8.GetString([.. decoded]);
    });

    [GeneratedRegex(@"\A[a-zA-Z0-9.\-_~/%]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();

    [GeneratedRegex("(?:%[0-9a-fA-F]{2})+", RegexOptions.CultureInvariant)]
    private static partial Regex Octets();
}
