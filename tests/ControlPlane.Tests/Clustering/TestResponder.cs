using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Sync.Mtls;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>An OCSP responder that says what a test wants.</summary>
internal sealed class TestResponder : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Task _serving;

    public TestResponder()
    {
        Url = $"http://127.0.0.1:{FreePort.Next()}/";
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _serving = ServeAsync();
    }

    public string Url { get; }

    /// <summary>The next answers.</summary>
    public byte[] Answer { get; set; } = [];

    public List<(string? MediaType, byte[] Body)> Requests { get; } = [];

    /// <summary>Names this responder in a certificate.</summary>
    public X509Extension Extension => new X509AuthorityInformationAccessExtension([Url], null);

    /// <summary>An answer: 0 is good, 1 revoked, 2 unknown.</summary>
    public static byte[] Say(int state, X509Certificate2 certificate, X509Certificate2 issuer, X509Certificate2 signer, bool attach = false, TimeSpan age = default)
    {
        var data = new AsnWriter(AsnEncodingRules.DER);
        var now = DateTimeOffset.UtcNow - age;
        using (data.PushSequence())
        {
            using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 1, true)))
            {
                data.WriteEncodedValue(signer.SubjectName.RawData);
            }

            data.WriteGeneralizedTime(now, true);
            using (data.PushSequence())
            using (data.PushSequence())
            {
                OcspMessages.WriteId(data, certificate, issuer);
                var tag = new Asn1Tag(TagClass.ContextSpecific, state, state == 1);
                if (state == 1)
                {
                    using (data.PushSequence(tag))
                    {
                        data.WriteGeneralizedTime(now.AddDays(-1), true);
                    }
                }
                else
                {
                    data.WriteNull(tag);
                }

                data.WriteGeneralizedTime(now, true);
                using (data.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
                {
                    data.WriteGeneralizedTime(now.AddDays(1), true);
                }
            }
        }

        var signed = data.Encode();
        using var key = signer.GetECDsaPrivateKey()!;
        var basic = new AsnWriter(AsnEncodingRules.DER);
        using (basic.PushSequence())
        {
            basic.WriteEncodedValue(signed);
            using (basic.PushSequence())
            {
                basic.WriteObjectIdentifier("1.2.840.10045.4.3.2");
            }

            basic.WriteBitString(key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
            if (attach)
            {
                using (basic.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
                using (basic.PushSequence())
                {
                    basic.WriteEncodedValue(signer.RawData);
                }
            }
        }

        var response = new AsnWriter(AsnEncodingRules.DER);
        using (response.PushSequence())
        {
            response.WriteEncodedValue([0x0a, 0x01, 0x00]);
            using (response.PushSequence(new Asn1Tag(TagClass.ContextSpecific, 0, true)))
            using (response.PushSequence())
            {
                response.WriteObjectIdentifier("1.3.6.1.5.5.7.48.1.1");
                response.WriteOctetString(basic.Encode());
            }
        }

        return response.Encode();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                Requests.Add((context.Request.ContentType, body.ToArray()));
                context.Response.StatusCode = Answer.Length == 0 ? 500 : 200;
                context.Response.ContentType = "application/ocsp-response";
                await context.Response.OutputStream.WriteAsync(Answer);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
