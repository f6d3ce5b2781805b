using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Gateway.DataPlane.Config;

/// <summary>Encrypts what is secret in one store.</summary>
/// <remarks>
/// Rows are encrypted with keys of the store's own, derived (HKDF, RFC 5869) from a random one that lies in the store, wrapped with a key derived from the secret: so the
/// secret may change, and what it wraps is all that is written anew. A copy of the store is readable with the same secret, and two stores have nothing in common. A row
/// is sealed together with the key under which it lies: a row that is moved to another place does not open. Values that rows are found by are not sealed but blinded,
/// the same value always to the same bytes.
/// </remarks>
internal sealed class StoreCipher : IDisposable
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int SaltSize = 32;
    private const int KeySize = 32;

    private readonly StoreAlgorithm _algorithm;
    private readonly byte[] _own;
    private readonly byte[] _blinding;
    private readonly Func<ISeal> _make;

    // The algorithms of the platform are not for several threads at a time, and threads come and go: whoever needs one takes it from here and puts it back.
    private readonly ConcurrentBag<ISeal> _idle = [];

    private StoreCipher(StoreAlgorithm algorithm, byte[] own, byte[] description)
    {
        (_algorithm, _own, Description) = (algorithm, own, description);
        var sealing = Derive(own, [], "rows", algorithm);
        _blinding = Derive(own, [], "keys", algorithm);
        _make = () => algorithm is StoreAlgorithm.Aes256Gcm ? new AesSeal(sealing) : new ChaChaSeal(sealing);
    }

    private interface ISeal : IDisposable
    {
        void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> place);

        void Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> place);
    }

    /// <summary>What the store says of its encryption: the algorithm, and its wrapped key.</summary>
    public byte[] Description { get; private set; }

    /// <summary>A cipher for a store that begins.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="secret">The secret.</param>
    public static StoreCipher Create(StoreAlgorithm algorithm, ReadOnlySpan<byte> secret)
    {
        var own = RandomNumberGenerator.GetBytes(KeySize);
        return new StoreCipher(algorithm, own, Wrap(algorithm, own, secret));
    }

    /// <summary>The algorithm by which a store is encrypted, or null when what it says of that is none.</summary>
    /// <param name="description">What the store says.</param>
    public static StoreAlgorithm? AlgorithmOf(ReadOnlySpan<byte> description) =>
        description.Length > 0 && (StoreAlgorithm)description[0] is var algorithm && Enum.IsDefined(algorithm) ? algorithm : null;

    /// <summary>The cipher of a store that is there, or null when it is encrypted with another algorithm or secret.</summary>
    /// <param name="algorithm">The algorithm.</param>
    /// <param name="secret">The secret.</param>
    /// <param name="description">What the store says.</param>
    public static StoreCipher? Of(StoreAlgorithm algorithm, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> description) =>
        Unwrap(algorithm, secret, description) is { } own ? new StoreCipher(algorithm, own, description.ToArray()) : null;

    /// <summary>Has another secret open the store from now on; what the store then has to say of itself is <see cref="Description"/>.</summary>
    /// <param name="secret">The secret; the present one changes nothing.</param>
    public void Rewrap(ReadOnlySpan<byte> secret)
    {
        if (Unwrap(_algorithm, secret, Description) is { } own)
        {
            CryptographicOperations.ZeroMemory(own);
            return;
        }

        Description = Wrap(_algorithm, _own, secret);
    }

    /// <summary>Seals a value.</summary>
    /// <param name="place">Where it lies.</param>
    /// <param name="plain">The value.</param>
    public byte[] Seal(ReadOnlySpan<byte> place, ReadOnlySpan<byte> plain)
    {
        var written = new byte[NonceSize + plain.Length + TagSize];
        RandomNumberGenerator.Fill(written.AsSpan(0, NonceSize));
        var seal = Take();
        seal.Encrypt(written.AsSpan(0, NonceSize), plain, written.AsSpan(NonceSize, plain.Length), written.AsSpan(NonceSize + plain.Length), place);
        _idle.Add(seal);
        return written;
    }

    /// <summary>Opens a sealed value.</summary>
    /// <param name="place">Where it lies.</param>
    /// <param name="written">The sealed value.</param>
    /// <exception cref="CryptographicException">It was changed, or lay elsewhere when it was sealed.</exception>
    public byte[] Open(ReadOnlySpan<byte> place, ReadOnlySpan<byte> written)
    {
        if (written.Length < NonceSize + TagSize)
        {
            throw new CryptographicException("a sealed value is too short");
        }

        var plain = new byte[written.Length - NonceSize - TagSize];
        var seal = Take();
        try
        {
            seal.Decrypt(written[..NonceSize], written.Slice(NonceSize, plain.Length), written[^TagSize..], plain, place);
        }
        finally
        {
            _idle.Add(seal);
        }

        return plain;
    }

    /// <summary>Makes of a value 32 bytes that tell nothing of it, always the same.</summary>
    /// <param name="value">The value.</param>
    public byte[] Blind(ReadOnlySpan<byte> value) => HMACSHA256.HashData(_blinding, value);

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_idle.TryTake(out var seal))
        {
            seal.Dispose();
        }

        CryptographicOperations.ZeroMemory(_blinding);
        CryptographicOperations.ZeroMemory(_own);
    }

    private ISeal Take() => _idle.TryTake(out var seal) ? seal : _make();

    private static byte[] Wrap(StoreAlgorithm algorithm, ReadOnlySpan<byte> own, ReadOnlySpan<byte> secret)
    {
        var description = new byte[1 + SaltSize + NonceSize + KeySize + TagSize];
        description[0] = (byte)algorithm;
        RandomNumberGenerator.Fill(description.AsSpan(1, SaltSize + NonceSize));
        var wrapped = description.AsSpan(1 + SaltSize + NonceSize);
        using var wrapping = new AesGcm(Derive(secret, description.AsSpan(1, SaltSize), "wrapping", algorithm), TagSize);
        wrapping.Encrypt(description.AsSpan(1 + SaltSize, NonceSize), own, wrapped[..KeySize], wrapped[KeySize..], description.AsSpan(0, 1));
        return description;
    }

    private static byte[]? Unwrap(StoreAlgorithm algorithm, ReadOnlySpan<byte> secret, ReadOnlySpan<byte> description)
    {
        if (description.Length != 1 + SaltSize + NonceSize + KeySize + TagSize || description[0] != (byte)algorithm)
        {
            return null;
        }

        var own = new byte[KeySize];
        var wrapped = description[(1 + SaltSize + NonceSize)..];
        try
        {
            using var wrapping = new AesGcm(Derive(secret, description.Slice(1, SaltSize), "wrapping", algorithm), TagSize);
            wrapping.Decrypt(description.Slice(1 + SaltSize, NonceSize), wrapped[..KeySize], wrapped[KeySize..], own, description[..1]);
            return own;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static byte[] Derive(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, string purpose, StoreAlgorithm algorithm)
    {
        var key = new byte[KeySize];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, key, salt, System.Text.Encoding.ASCII.GetBytes($"gateway configuration: {purpose}, {algorithm}"));
        return key;
    }

    private sealed class AesSeal(byte[] key) : ISeal
    {
        private readonly AesGcm _aes = new(key, TagSize);

        public void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> place) =>
            _aes.Encrypt(nonce, plain, cipher, tag, place);

        public void Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> place) =>
            _aes.Decrypt(nonce, cipher, tag, plain, place);

        public void Dispose() => _aes.Dispose();
    }

    private sealed class ChaChaSeal(byte[] key) : ISeal
    {
        private readonly ChaCha20Poly1305 _chaCha = new(key);

        public void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> place) =>
            _chaCha.Encrypt(nonce, plain, cipher, tag, place);

        public void Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> place) =>
            _chaCha.Decrypt(nonce, cipher, tag, plain, place);

        public void Dispose() => _chaCha.Dispose();
    }
}
