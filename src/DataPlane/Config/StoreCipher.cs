using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Gateway.DataPlane.Config;

/// <summary>Encrypts what is secret in one store.</summary>
/// <remarks>
/// Keys come from the secret and a salt that lies in the store, by HKDF (RFC 5869), so that a copy of the store is readable with the same secret and two stores have
/// nothing in common. A row is sealed together with the key under which it lies: a row that is moved to another place does not open. Values that rows are found by
/// are not sealed but blinded, the same value always to the same bytes.
/// </remarks>
internal sealed class StoreCipher : IDisposable
{
    private const int NonceSize = 12;
    private const int TagSize = 16;
    private const int SaltSize = 32;
    private const int ProofSize = 16;

    private readonly byte[] _blinding;
    private readonly Func<ISeal> _make;

    // The algorithms of the platform are not for several threads at a time, and threads come and go: whoever needs one takes it from here and puts it back.
    private readonly ConcurrentBag<ISeal> _idle = [];

    private StoreCipher(StoreEncryption encryption, ReadOnlySpan<byte> salt)
    {
        var sealing = Derive(encryption, salt, "gateway configuration: rows");
        _blinding = Derive(encryption, salt, "gateway configuration: keys");
        _make = () => encryption.Algorithm is StoreAlgorithm.Aes256Gcm ? new AesSeal(sealing) : new ChaChaSeal(sealing);
        Description = [(byte)encryption.Algorithm, .. salt, .. Blind("proof"u8)[..ProofSize]];
    }

    private interface ISeal : IDisposable
    {
        void Encrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> plain, Span<byte> cipher, Span<byte> tag, ReadOnlySpan<byte> place);

        void Decrypt(ReadOnlySpan<byte> nonce, ReadOnlySpan<byte> cipher, ReadOnlySpan<byte> tag, Span<byte> plain, ReadOnlySpan<byte> place);
    }

    /// <summary>What the store says of its encryption: nothing secret.</summary>
    public byte[] Description { get; }

    /// <summary>A cipher for a store that begins.</summary>
    public static StoreCipher Create(StoreEncryption encryption) => new(encryption, RandomNumberGenerator.GetBytes(SaltSize));

    /// <summary>The cipher of a store that is there, or null when it is encrypted with another algorithm or secret.</summary>
    /// <param name="encryption">The algorithm and the secret.</param>
    /// <param name="description">What the store says.</param>
    public static StoreCipher? Of(StoreEncryption encryption, ReadOnlySpan<byte> description)
    {
        if (description.Length != 1 + SaltSize + ProofSize)
        {
            return null;
        }

        var cipher = new StoreCipher(encryption, description.Slice(1, SaltSize));
        if (CryptographicOperations.FixedTimeEquals(cipher.Description, description))
        {
            return cipher;
        }

        cipher.Dispose();
        return null;
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
    }

    private ISeal Take() => _idle.TryTake(out var seal) ? seal : _make();

    private static byte[] Derive(StoreEncryption encryption, ReadOnlySpan<byte> salt, string purpose)
    {
        var key = new byte[32];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, encryption.Secret.Span, key, salt, System.Text.Encoding.ASCII.GetBytes($"{purpose}, {encryption.Algorithm}"));
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
