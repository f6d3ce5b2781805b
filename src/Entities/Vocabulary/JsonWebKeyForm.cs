using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Entities;

/// <summary>Judges JSON Web Keys (RFC 7517, RFC 7518, RFC 8037) of the kinds that tokens are signed with by two parties: RSA, EC and OKP.</summary>
public static class JsonWebKeyForm
{
    private const string NoKey = "could not load JWK, likely not a valid key";

    // The octets of a coordinate or a raw key.
    private static readonly Dictionary<string, int> _curves = new(StringComparer.Ordinal)
    {
        ["P-256"] = 32, ["P-384"] = 48, ["P-521"] = 66, ["Ed25519"] = 32, ["Ed448"] = 57, ["X25519"] = 32, ["X448"] = 56,
    };

    /// <summary>What is wrong with a key, or null.</summary>
    /// <param name="json">The key as JSON.</param>
    /// <param name="kid">The id that it must have.</param>
    public static string? Judge(string json, string kid)
    {
        if (!Json.TryParse(Encoding.UTF8.GetBytes(json), out var node) || node is not JsonObject key)
        {
            return "could not json decode jwk string";
        }

        return Json.String(key["kid"]) != kid ? "kid in jwk.kid must be equal to keys.kid" : IsKey(key) ? null : NoKey;
    }

    private static bool IsKey(JsonObject key) => Json.String(key["kty"]) switch
    {
        "RSA" => IsRsa(key),
        "EC" => Json.String(key["crv"]) is "P-256" or "P-384" or "P-521" && IsPoint(key),
        "OKP" => Json.String(key["crv"]) is "Ed25519" or "Ed448" or "X25519" or "X448" && HasLength(key, "x") && IsAbsentOr(key, "d", HasLength),
        _ => false,
    };

    private static bool IsRsa(JsonObject key)
    {
        using var rsa = RSA.Create();
        return Imports(() => rsa.ImportParameters(new RSAParameters
        {
            Modulus = Octets(key, "n"),
            Exponent = Octets(key, "e"),
            D = Octets(key, "d"),
            P = Octets(key, "p"),
            Q = Octets(key, "q"),
            DP = Octets(key, "dp"),
            DQ = Octets(key, "dq"),
            InverseQ = Octets(key, "qi"),
        }));
    }

    private static bool IsPoint(JsonObject key)
    {
        if (!HasLength(key, "x") || !HasLength(key, "y") || !IsAbsentOr(key, "d", HasLength))
        {
            return false;
        }

        using var ec = ECDsa.Create();
        return Imports(() => ec.ImportParameters(new ECParameters
        {
            Curve = Json.String(key["crv"]) switch
            {
                "P-256" => ECCurve.NamedCurves.nistP256,
                "P-384" => ECCurve.NamedCurves.nistP384,
                _ => ECCurve.NamedCurves.nistP521,
            },
            Q = new ECPoint { X = Octets(key, "x"), Y = Octets(key, "y") },
            D = Octets(key, "d"),
        }));
    }

    private static bool Imports(Action import)
    {
        try
        {
            import();
            return true;
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsAbsentOr(JsonObject key, string name, Func<JsonObject, string, bool> holds) => key[name] is null || holds(key, name);

    private static bool HasLength(JsonObject key, string name) => Octets(key, name)?.Length == _curves[Json.String(key["crv"])!];

    private static byte[]? Octets(JsonObject key, string name) => Json.String(key[name]) is { } text && Base64Url.IsValid(text) ? Base64Url.DecodeFromChars(text) : null;
}
