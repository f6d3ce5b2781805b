using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Entities.Vaults;
using Gateway.Schema;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane.Config;

/// <summary>The secrets of one configuration: what fields refer to is looked up when the configuration is compiled, on this node, so that it is neither stored nor sent.</summary>
/// <param name="vaults">The vaults of the configuration.</param>
/// <param name="prefix">What variables begin with for references to <c>env</c> itself (<c>vault_env_prefix</c>), or null.</param>
/// <param name="logger">Told of references that lead to nothing; never the secret.</param>
internal sealed partial class Secrets(IReadOnlyList<Vault> vaults, string? prefix, ILogger? logger)
{
    // The variables of a process stay what they were at its start, so nothing is ever looked up again.
    private readonly VaultSecrets _vaults = new(Environment.GetEnvironmentVariable, prefix, vaults);

    /// <summary>Those of a configuration without vaults.</summary>
    public static Secrets None { get; } = new([], null, null);

    /// <summary>Whether they come of the same vaults.</summary>
    /// <param name="others">The vaults.</param>
    public bool AreOf(IReadOnlyList<Vault> others) => vaults.SequenceEqual(others, ReferenceEqualityComparer.Instance);

    /// <summary>The settings of a plugin with what they refer to; an empty text stands for what is not found, and the log says so.</summary>
    /// <param name="plugin">The plugin.</param>
    /// <param name="schema">The schema of its settings.</param>
    public JsonObject? ConfigOf(Plugin plugin, RecordSchema? schema) => plugin.Config is null || schema is null ? plugin.Config
        : _vaults.Fill(plugin.Config, schema, (field, reason) => Tell("plugins", plugin.Id.Value, "config." + field, reason));

    /// <summary>The entities with the certificates that there are; names whose certificate is not found get the one that stands in.</summary>
    /// <param name="entities">The entities.</param>
    public ConfigEntities Resolve(ConfigEntities entities)
    {
        if (!entities.Certificates.Any(c => VaultReference.Is(c.Cert) || VaultReference.Is(c.Key)))
        {
            return entities;
        }

        var missing = entities.Certificates.Where(c => Resolve(c) is null).Select(c => c.Id).ToHashSet();
        return entities with
        {
            Certificates = [.. entities.Certificates.Where(c => !missing.Contains(c.Id)).Select(c => Resolve(c)!)],
            Snis = [.. entities.Snis.Where(s => !missing.Contains(s.Certificate))],
        };
    }

    /// <summary>A certificate with what it refers to; null, and a line in the log, when that is not found.</summary>
    /// <param name="certificate">The certificate.</param>
    public Certificate? Resolve(Certificate certificate)
    {
        var cert = Text(certificate.Cert, certificate.Id.Value, "cert");
        var key = Text(certificate.Key, certificate.Id.Value, "key");
        return cert is null || key is null ? null
            : ReferenceEquals(cert, certificate.Cert) && ReferenceEquals(key, certificate.Key) ? certificate
            : certificate with { Cert = cert, Key = key };
    }

    private string? Text(string value, Guid id, string field)
    {
        if (!VaultReference.Is(value))
        {
            return value;
        }

        var secret = _vaults.Resolve(value, out var reason);
        if (secret is null)
        {
            Tell("certificates", id, field, reason!);
        }

        return secret?.Replace("\\n", "\n", StringComparison.Ordinal);
    }

    private void Tell(string kind, Guid id, string field, string reason)
    {
        if (logger is not null)
        {
            Log.NotFound(logger, kind, id, field, reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "{Kind} {Id}: {Field} refers to a secret that is not there: {Reason}")]
        public static partial void NotFound(ILogger logger, string kind, Guid id, string field, string reason);
    }
}
