using System.Buffers;
using System.Buffers.Binary;

namespace Gateway.DataPlane.Tls;

/// <summary>What a client offers at the beginning of a handshake, as far as the choice between certificates depends on it (RFC 8446, section 4.1.2).</summary>
/// <param name="TakesEcdsa">Whether it takes signatures by ECDSA.</param>
internal sealed record ClientHello(bool TakesEcdsa)
{
    private const int HeaderLength = 5;
    private const int SignatureAlgorithms = 13;

    /// <summary>Reads the first octets of a connection.</summary>
    /// <param name="octets">The octets.</param>
    /// <param name="hello">What is offered; null when the octets are no hello, or one that is spread over several records.</param>
    /// <returns>Whether there are octets enough to tell.</returns>
    public static bool TryRead(ReadOnlySequence<byte> octets, out ClientHello? hello)
    {
        hello = null;
        Span<byte> header = stackalloc byte[HeaderLength];
        if (octets.Length < HeaderLength)
        {
            // 22 is a handshake.
            return octets.Length > 0 && octets.FirstSpan[0] is not 22;
        }

        octets.Slice(0, HeaderLength).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        if (header[0] is not 22 || length > 16 * 1024)
        {
            return true;
        }

        if (octets.Length < HeaderLength + length)
        {
            return false;
        }

        hello = Read(octets.Slice(HeaderLength, length).ToArray());
        return true;
    }

    private static ClientHello? Read(ReadOnlySpan<byte> record)
    {
        var reader = new Reader(record);

        // 1 is a client's hello; then come its length, the version, the random octets, the session, the suites, the compressions and the extensions.
        if (reader.Byte() is not 1 || !reader.Skip(3 + 2 + 32) || !reader.Skip(reader.Byte()))
        {
            return null;
        }

        var suites = reader.Take(reader.Short());
        if (!reader.Skip(reader.Byte()))
        {
            return null;
        }

        var extensions = new Reader(reader.Take(reader.Short()));
        while (extensions.Short() is >= 0 and var type)
        {
            var content = extensions.Take(extensions.Short());
            if (type is SignatureAlgorithms)
            {
                return new ClientHello(HasEcdsa(content) && HasSuite(suites));
            }
        }

        return new ClientHello(false);
    }

    private static bool HasEcdsa(ReadOnlySpan<byte> content)
    {
        var reader = new Reader(content);
        var schemes = new Reader(reader.Take(reader.Short()));
        while (schemes.Short() is >= 0 and var scheme)
        {
            // ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512.
            if (scheme is 0x0403 or 0x0503 or 0x0603)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether there is a suite of TLS 1.3, which goes with any certificate, or one of TLS 1.2 that is signed by ECDSA.</summary>
    private static bool HasSuite(ReadOnlySpan<byte> suites)
    {
        var reader = new Reader(suites);
        while (reader.Short() is >= 0 and var suite)
        {
            if (suite is (>= 0x1301 and <= 0x1303) or 0xC009 or 0xC00A or (>= 0xC023 and <= 0xC024) or (>= 0xC02B and <= 0xC02C) or 0xCCA9)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads numbers and pieces; behind the end there are -1 and nothing.</summary>
    private ref struct Reader(ReadOnlySpan<byte> rest)
    {
        private ReadOnlySpan<byte> _rest = rest;

        public int Byte()
        {
            var piece = Take(1);
            return piece.IsEmpty ? -1 : piece[0];
        }

        public int Short()
        {
            var piece = Take(2);
            return piece.IsEmpty ? -1 : BinaryPrimitives.ReadUInt16BigEndian(piece);
        }

        public bool Skip(int count)
        {
            var fits = count >= 0 && count <= _rest.Length;
            Take(count);
            return fits;
        }

        public ReadOnlySpan<byte> Take(int count)
        {
            if (count < 0 || count > _rest.Length)
            {
                _rest = default;
                return default;
            }

            var piece = _rest[..count];
            _rest = _rest[count..];
            return piece;
        }
    }
}
