using System.Collections.Frozen;

namespace Gateway.Manager.Catalog;

/// <summary>Every kind that the Manager shows. Pages, forms, tabs and the menu follow from here.</summary>
public static class EntityKinds
{
    private static readonly Column _tags = new("Tags", "tags", CellStyle.List, Sortable: false);
    private static readonly Column _updated = new("Updated", "updated_at", CellStyle.Time, Wide: true);

    /// <summary>The kinds, by path.</summary>
    public static FrozenDictionary<string, EntityKind> All { get; } = new[]
    {
        CoreKinds.Services,
        CoreKinds.Routes,
        new EntityKind
        {
            Path = "consumers", Singular = "consumer", Plural = "Consumers", Icon = "consumers", NameFields = ["username", "custom_id"],
            Lead = "A person or a program that calls your APIs. Give it credentials, and plugins can tell who is calling.",
            Columns = [new("Username", "username", CellStyle.Name), new("Custom id", "custom_id", CellStyle.Code), _tags, _updated],
            Sections = [new("General", "Who this is. A username or a custom id is enough.", ["username", "custom_id", "tags"])],
            Children = [new("key-auths", "consumer", true), new("plugins", "consumer", true)],
            Hint = entity => entity["username"] is null && entity["custom_id"] is null ? "Set a username, a custom id, or both." : null,
        },
        new EntityKind
        {
            Path = "plugins", Singular = "plugin", Plural = "Plugins", Icon = "plugins", NameFields = ["instance_name", "name"],
            Lead = "What happens to a request on its way: authentication, limits, transformation, logging. Global, or for one service, route or consumer.",
            Columns = [new("Plugin", "name", CellStyle.Name), new("Applies to", "scope", CellStyle.Scope, false), new("Enabled", "enabled", CellStyle.Enabled), _tags, _updated],
            Sections =
            [
                new("Scope", "Leave all empty, and it applies to every request.", ["service", "route", "consumer"]),
                new("Configuration", "How the plugin behaves.", ["config"]),
                new("General", "How it is listed here, and which protocols it sees.", ["enabled", "instance_name", "protocols", "tags"]),
            ],
        },
        new EntityKind
        {
            Path = "upstreams", Singular = "upstream", Plural = "Upstreams", Icon = "upstreams",
            Lead = "A virtual host name that spreads requests over several targets and watches their health.",
            Columns = [new("Name", "name", CellStyle.Name), new("Algorithm", "algorithm"), new("Slots", "slots"), _tags, _updated],
            Sections =
            [
                new("General", "Services reach it by using its name as their host.", ["name", "algorithm", "tags"]),
                new("Hashing", "What ties a client to a target, for consistent hashing.", ["hash_on", "hash_on_header", "hash_on_cookie", "hash_on_cookie_path", "hash_on_query_arg", "hash_on_uri_capture",
                    "hash_fallback", "hash_fallback_header", "hash_fallback_query_arg", "hash_fallback_uri_capture"], true),
                new("Health checks", "Probes of its own (active), and lessons from real traffic (passive).", ["healthchecks"], true),
                new("Advanced", "Ring size, host header and TLS towards targets.", ["slots", "host_header", "client_certificate", "use_srv_name"], true),
            ],
            Children = [new("targets", "upstream", true)],
        },
        new EntityKind
        {
            Path = "targets", Singular = "target", Plural = "Targets", Icon = "target", NameFields = ["target"], OwnerField = "upstream",
            Lead = "An address that an upstream sends requests to, with its share of them.",
            Columns = [new("Target", "target", CellStyle.Name), new("Weight", "weight"), _tags, _updated],
            Sections = [new("General", "host:port and a weight; 0 takes it out of rotation.", ["target", "weight", "tags"])],
        },
        new EntityKind
        {
            Path = "key-auths", SchemaName = "keyauth_credentials", NestedPath = "key-auth", Singular = "API key", Plural = "API keys", Icon = "key", NameFields = [], OwnerField = "consumer",
            Lead = "A key that the key-auth plugin accepts from this consumer.",
            Columns = [new("Id", "id", CellStyle.Name), _tags, new("Created", "created_at", CellStyle.Time)],
            Sections = [new("General", "Leave the key empty, and a random one is made.", ["key", "ttl", "tags"])],
        },
        new EntityKind
        {
            Path = "certificates", Singular = "certificate", Plural = "Certificates", Icon = "certificates", NameFields = [],
            Lead = "A certificate and its key, shown to clients whose requested name (SNI) matches, or to upstreams.",
            Columns = [new("Certificate", "cert", CellStyle.Certificate, false), new("SNIs", "snis", CellStyle.List, false), _tags, _updated],
            Sections =
            [
                new("General", "PEM texts; the names that lead to it are its SNIs.", ["cert", "key", "snis", "tags"]),
                new("Second pair", "The same certificate with another kind of key, e.g. ECDSA beside RSA.", ["cert_alt", "key_alt"], true),
            ],
            Children = [new("snis", "certificate", true)],
        },
        new EntityKind
        {
            Path = "ca_certificates", Singular = "CA certificate", Plural = "CA certificates", Icon = "authority", NameFields = [],
            Lead = "An authority that upstreams' or clients' certificates may be signed by.",
            Columns = [new("Certificate", "cert", CellStyle.Certificate, false), _tags, _updated],
            Sections = [new("General", "The PEM text of one certificate.", ["cert", "tags"])],
        },
        new EntityKind
        {
            Path = "snis", Singular = "SNI", Plural = "SNIs", Icon = "snis",
            Lead = "A host name, exact or with a wildcard, and the certificate that is shown for it.",
            Columns = [new("Name", "name", CellStyle.Name), new("Certificate", "certificate", CellStyle.Foreign, false), _tags, _updated],
            Sections = [new("General", "The name a client asks for, and the certificate it gets.", ["name", "certificate", "tags"])],
        },
    }.ToFrozenDictionary(kind => kind.Path, StringComparer.Ordinal);

    /// <summary>The kind with this path, or null.</summary>
    public static EntityKind? Find(string path) => All.GetValueOrDefault(path);

    /// <summary>The kind that owns another.</summary>
    public static EntityKind OwnerOf(EntityKind kind) => All[kind.OwnerField + "s"];
}
