using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sync.Mtls;

/// <summary>What an authority says about one of its certificates.</summary>
public enum OcspStatus
{
    /// <summary>It is not revoked.</summary>
    Good,

    /// <summary>It was revoked.</summary>
    Revoked,

    /// <summary>Nobody could be asked, or the answer is of no use.</summary>
    Undetermined,
}

/// <summary>The answer to the question whether a certificate was revoked.</summary>
/// <param name="Status">The answer.</param>
/// <param name="Reason">Why it is not good; null when it is.</param>
public sealed record OcspResult(OcspStatus Status, string? Reason = null)
{
    internal static OcspResult Useless(string reason) => new(OcspStatus.Undetermined, reason);
}

/// <summary>The messages of the Online Certificate Status Protocol (RFC 6960).</summary>
public static class OcspMessages
{
    private const string Sha1 = "1.3.14.3.2.26";
    private const string Basic = "1.3.6.1.5.5.7.48.1.1";
    private const string Signing = "1.3.6.1.5.5.7.3.9";

    private static readonly TimeSpan _skew = TimeSpan.FromMinutes(5);

    /// <summary>Asks about one certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="issuer">Who signed it.</param>
    public static byte[] Request(X509Certificate2 certificate, X509Certificate2 issuer)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        using (writer.PushSequence())
        {
            WriteId(writer, certificate, issuer);
        }

        return writer.Encode();
    }

    /// <summary>Names a certificate as requests and answers do.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="certificate">The certificate.</param>
    /// <param name="issuer">Who signed it.</param>
    public static void WriteId(AsnWriter writer, X509Certificate2 certificate, X509Certificate2 issuer)
    {
        using (writer.PushSequence())
        {
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Sha1);
                writer.WriteNull();
            }

#pragma warning disable CA5350 // The protocol names issuers by SHA-1; it protects nothing here.
            writer.WriteOctetString(SHA1.HashData(certificate.IssuerName.RawData));
            writer.WriteOctetString(SHA1.HashData(issuer.PublicKey.EncodedKeyValue.RawData));
#pragma warning restore CA5350
            writer.WriteInteger(certificate.SerialNumberBytes.Span);
        }
    }

    /// <summary>Reads what a responder answered.</summary>
    /// <param name="answer">The body of the answer.</param>
    /// <param name="certificate">The certificate that was asked about.</param>
    /// <param name="issuer">Who signed it.</param>
    /// <param name="pair">Whom this node trusts.</param>
    /// <param name="now">The time.</param>
    public static OcspResult Read(ReadOnlyMemory<byte> answer, X509Certificate2 certificate, X509Certificate2 issuer, ClusterPair pair, DateTimeOffset now)
    {
        try
        {
            var response = new AsnReader(answer, AsnEncodingRules.DER).ReadSequence();
            var status = response.ReadEnumeratedBytes().Span[0];
            if (status != 0)
            {
                return OcspResult.Useless($"the responder answered with the error {status}");
            }

            var content = response.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
            if (content.ReadObjectIdentifier() != Basic)
            {
                return OcspResult.Useless("the answer is of an unknown kind");
            }

            var basic = new AsnReader(content.ReadOctetString(), AsnEncodingRules.DER).ReadSequence();
            var data = basic.PeekEncodedValue();
            var said = Find(basic.ReadSequence(), certificate, issuer, now);
            var algorithm = basic.ReadSequence().ReadObjectIdentifier();
            var signature = basic.ReadBitString(out _);
            var signer = Signer(basic, issuer, pair);
            return signer is null ? OcspResult.Useless("the answer is signed by nobody who may")
                : !Verifies(signer, algorithm, data.Span, signature) ? OcspResult.Useless($"the signature of the answer is not valid (algorithm {algorithm})")
                : said;
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException or IndexOutOfRangeException)
        {
            return OcspResult.Useless($"the answer cannot be read: {e.Message}");
        }
    }

    private static OcspResult Find(AsnReader data, X509Certificate2 certificate, X509Certificate2 issuer, DateTimeOffset now)
    {
        var version = new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true);
        if (data.PeekTag() == version)
        {
            data.ReadEncodedValue();
        }

        // Who answers, which the signature shows better, and when.
        data.ReadEncodedValue();
        data.ReadGeneralizedTime();
        var wanted = new AsnWriter(AsnEncodingRules.DER);
        WriteId(wanted, certificate, issuer);
        var serial = new BigInteger(certificate.SerialNumberBytes.Span, isBigEndian: true);
        var responses = data.ReadSequence();
        while (responses.HasData)
        {
            var single = responses.ReadSequence();
            var id = single.ReadSequence();
            id.ReadSequence();
            var (name, key) = (id.ReadOctetString(), id.ReadOctetString());
            var isWanted = id.ReadInteger() == serial && IsIssuer(wanted.Encode(), name, key);
            var state = single.PeekTag().TagValue;
            single.ReadEncodedValue();
            var since = single.ReadGeneralizedTime();
            var until = single.HasData && single.PeekTag() == new Asn1Tag(TagClass.ContextSpecific, 0, isConstructed: true)
                ? single.ReadSequence(single.PeekTag()).ReadGeneralizedTime() : (DateTimeOffset?)null;
            if (isWanted)
            {
                return since > now + _skew || until + _skew < now ? OcspResult.Useless("the answer is not of today")
                    : state switch
                    {
                        0 => new OcspResult(OcspStatus.Good),
                        1 => new OcspResult(OcspStatus.Revoked, "its authority revoked the certificate"),
                        _ => OcspResult.Useless("its authority does not know the certificate"),
                    };
            }
        }

        return OcspResult.Useless("the answer is about another certificate");
    }

    private static bool IsIssuer(byte[] wanted, byte[] name, byte[] key)
    {
        var id = new AsnReader(wanted, AsnEncodingRules.DER).ReadSequence();
        id.ReadSequence();
        return id.ReadOctetString().AsSpan().SequenceEqual(name) && id.ReadOctetString().AsSpan().SequenceEqual(key);
    }

    // The issuer itself, or somebody whom it appointed for just that.
    private static X509Certificate2? Signer(AsnReader basic, X509Certificate2 issuer, ClusterPair pair)
    {
        if (!basic.HasData)
        {
            return issuer;
        }

        var certificates = basic.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 0)).ReadSequence();
        while (certificates.HasData)
        {
            var candidate = X509CertificateLoader.LoadCertificate(certificates.ReadEncodedValue().Span);
            if (candidate.RawDataMemory.Span.SequenceEqual(issuer.RawDataMemory.Span) || IsAppointed(candidate, issuer, pair))
            {
                return candidate;
            }
        }

        return null;
    }

    private static bool IsAppointed(X509Certificate2 candidate, X509Certificate2 issuer, ClusterPair pair)
    {
        using var chain = new X509Chain { ChainPolicy = PeerJudge.ChainPolicy(pair) };
        chain.ChainPolicy.ExtraStore.Add(issuer);
        return candidate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any(e => e.EnhancedKeyUsages.Cast<Oid>().Any(o => o.Value == Signing))
            && chain.Build(candidate) && chain.ChainElements.Count > 1
            && chain.ChainElements[1].Certificate.RawDataMemory.Span.SequenceEqual(issuer.RawDataMemory.Span);
    }

    private static bool Verifies(X509Certificate2 signer, string algorithm, ReadOnlySpan<byte> data, byte[] signature)
    {
        var hash = algorithm switch
        {
            "1.2.840.113549.1.1.11" or "1.2.840.10045.4.3.2" => HashAlgorithmName.SHA256,
            "1.2.840.113549.1.1.12" or "1.2.840.10045.4.3.3" => HashAlgorithmName.SHA384,
            "1.2.840.113549.1.1.13" or "1.2.840.10045.4.3.4" => HashAlgorithmName.SHA512,
            _ => default,
        };
        using var rsa = signer.GetRSAPublicKey();
        using var ecdsa = signer.GetECDsaPublicKey();
        var isRsa = algorithm.StartsWith("1.2.840.113549.", StringComparison.Ordinal);
        return hash.Name is not null && (isRsa
            ? rsa?.VerifyData(data, signature, hash, RSASignaturePadding.Pkcs1)
            : ecdsa?.VerifyData(data, signature, hash, DSASignatureFormat.Rfc3279DerSequence)) is true;
    }
}
