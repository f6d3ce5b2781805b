using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Sync.Mtls;

/// <summary>How a node proves that it belongs to the cluster, and by which rule it judges its peers.</summary>
public sealed class ClusterIdentity
{
    private readonly Func<PemPair>? _read;
    private PemPair? _texts;
    private string? _refused;
    private ClusterPair _current;

    /// <summary>Makes an identity that never changes.</summary>
    /// <param name="pair">What the node shows and whom it trusts.</param>
    public ClusterIdentity(ClusterPair pair) => _current = pair;

    /// <summary>Makes an identity that follows its files.</summary>
    /// <param name="read">Reads them.</param>
    /// <exception cref="CryptographicException">They are not usable.</exception>
    public ClusterIdentity(Func<PemPair> read)
    {
        _read = read;
        _texts = read();
        _current = _texts.Parse();
    }

    /// <summary>How the planes know each other.</summary>
    public ClusterMode Mode { get; init; }

    /// <summary>The common names that data planes may have (<c>cluster_allowed_common_names</c>); none means those below the control plane's own domain.</summary>
    public IReadOnlyList<string> AllowedCommonNames { get; init; } = [];

    /// <summary>Whether revocations are asked for.</summary>
    public OcspMode Ocsp { get; init; }

    /// <summary>What the node shows and whom it trusts now.</summary>
    public ClusterPair Current => Volatile.Read(ref _current);

    /// <summary>An identity of the mode in which all have the same certificate.</summary>
    /// <param name="certificate">The certificate with its private key.</param>
    public static ClusterIdentity Shared(X509Certificate2 certificate) => new(new ClusterPair(certificate));

    /// <summary>Looks at the files again.</summary>
    /// <param name="error">Why what is in them now is not used; said once for the same text.</param>
    /// <returns>Whether there is a new pair.</returns>
    public bool Reload(out string? error)
    {
        error = null;
        try
        {
            if (_read?.Invoke() is not { } texts || texts == _texts)
            {
                _refused = null;
                return false;
            }

            var (before, next) = (_current, texts.Parse());
            _texts = texts;
            _refused = null;
            Volatile.Write(ref _current, next);
            before.Replace(Mode is ClusterMode.Shared ? !Same(before.Certificate, next.Certificate) : !Same(before.Authorities, next.Authorities));
            return true;
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Whoever replaces two files does it one after the other: the pair may be whole at the next look.
            error = e.Message == _refused ? null : e.Message;
            _refused = e.Message;
            return false;
        }
    }

    private static bool Same(X509Certificate2 one, X509Certificate2 other) => one.RawDataMemory.Span.SequenceEqual(other.RawDataMemory.Span);

    private static bool Same(X509Certificate2Collection one, X509Certificate2Collection other) =>
        one.Count == other.Count && one.Zip(other, Same).All(static same => same);
}
