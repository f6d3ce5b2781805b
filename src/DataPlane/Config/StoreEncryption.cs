namespace Gateway.DataPlane.Config;

/// <summary>By which algorithm the stored configuration is encrypted (<c>declarative_config_encryption_mode</c>).</summary>
public enum StoreAlgorithm
{
    /// <summary>AES with 256 bits in Galois/Counter mode.</summary>
    Aes256Gcm,

    /// <summary>ChaCha20 with Poly1305.</summary>
    ChaCha20Poly1305,
}

/// <summary>How the stored configuration is encrypted.</summary>
/// <param name="Algorithm">The algorithm; null keeps it in the clear, and one that is encrypted is decrypted.</param>
/// <param name="Secret">What opens the store; every node that is to read it has the same.</param>
public sealed record StoreEncryption(StoreAlgorithm? Algorithm, ReadOnlyMemory<byte> Secret)
{
    /// <summary>The secret of before, which a store may still have; null when there is none.</summary>
    public ReadOnlyMemory<byte>? Former { get; init; }
}
