namespace Gateway.Kong.Settings;

/// <content>Declarations: PostgreSQL, LMDB, caches and name resolution.</content>
internal static partial class SettingCatalog
{
    private static Setting[] Datastore =>
    [
        new("database", "postgres", SettingKind.Choice, Roles.All, "Postgres, or off for DB-less/data_plane.")
            { OneOf = ["postgres", "cassandra", "off"] },
        new("pg_host", "127.0.0.1", SettingKind.Text, Roles.WithDatabase, "Server host."),
        new("pg_port", "5432", SettingKind.Number, Roles.WithDatabase, "Server port.")
            { Rule = SettingRules.Whole(0, 65_535, "pg_port must be an integer from 0 to 65535") },
        new("pg_database", "kong", SettingKind.Text, Roles.WithDatabase, "Database name."),
        new("pg_schema", null, SettingKind.Text, Roles.WithDatabase, "Schema; else search_path."),
        new("pg_timeout", "5000", SettingKind.Number, Roles.WithDatabase, "Ms for connect, send, read.")
            { Rule = SettingRules.Whole(0, int.MaxValue, "pg_timeout must be an integer of 0 or greater") },
        new("pg_user", "kong", SettingKind.Text, Roles.WithDatabase, "User."),
        new("pg_password", null, SettingKind.Text, Roles.WithDatabase, "Password.") { Sensitive = true },
        new("pg_ssl", "off", SettingKind.Boolean, Roles.WithDatabase, "TLS to the server, which must have it."),
        new("pg_ssl_verify", "off", SettingKind.Boolean, Roles.WithDatabase, "Verify server certificate."),
        new("pg_max_concurrent_queries", "0", SettingKind.Number, Roles.WithDatabase, "Per-worker query limit; 0 none.") { Effective = false },
        new("pg_semaphore_timeout", "60000", SettingKind.Number, Roles.WithDatabase, "Ms to wait for a query slot.") { Effective = false },
        new("pg_keepalive_timeout", null, SettingKind.Number, Roles.WithDatabase, "Idle pool connection ms.") { Effective = false },
        new("pg_pool_size", null, SettingKind.Number, Roles.WithDatabase, "Pool size per worker.")
            { Rule = SettingRules.Whole(1, 10_000, "pg_pool_size must be an integer between 1 and 10000") },
        new("pg_backlog", null, SettingKind.Number, Roles.WithDatabase, "Waiting connects beyond pool.") { Effective = false },
        new("_debug_pg_ttl_cleanup_interval", "300", SettingKind.Number, Roles.WithDatabase, "Seconds between expired-row sweeps (internal).")
            { Effective = false },
        new("pg_ro_host", null, SettingKind.Text, Roles.WithDatabase, "Host of a replica, which serves what is only read."),
        new("pg_ro_port", null, SettingKind.Number, Roles.WithDatabase, "Its port; pg_port where not given.")
            { Rule = SettingRules.Whole(0, 65_535, "pg_ro_port must be an integer from 0 to 65535") },
        new("pg_ro_database", null, SettingKind.Text, Roles.WithDatabase, "Its database; pg_database where not given."),
        new("pg_ro_schema", null, SettingKind.Text, Roles.WithDatabase, "Its schema; pg_schema where not given."),
        new("pg_ro_timeout", null, SettingKind.Number, Roles.WithDatabase, "Ms for connect, send, read there; pg_timeout where not given.")
            { Rule = SettingRules.Whole(0, int.MaxValue, "pg_ro_timeout must be an integer of 0 or greater") },
        new("pg_ro_user", null, SettingKind.Text, Roles.WithDatabase, "Its user; pg_user where not given."),
        new("pg_ro_password", null, SettingKind.Text, Roles.WithDatabase, "Its password; pg_password where not given.") { Sensitive = true },
        new("pg_ro_ssl", null, SettingKind.Boolean, Roles.WithDatabase, "Try TLS there; pg_ssl where not given."),
        new("pg_ro_ssl_verify", null, SettingKind.Boolean, Roles.WithDatabase, "Verify its certificate; pg_ssl_verify where not given."),
        new("pg_ro_max_concurrent_queries", null, SettingKind.Number, Roles.WithDatabase, "Replica query limit.") { Effective = false },
        new("pg_ro_semaphore_timeout", null, SettingKind.Number, Roles.WithDatabase, "Replica slot wait.") { Effective = false },
        new("pg_ro_keepalive_timeout", null, SettingKind.Number, Roles.WithDatabase, "Replica idle ms.") { Effective = false },
        new("pg_ro_pool_size", null, SettingKind.Number, Roles.WithDatabase, "Connections to it at most; pg_pool_size where not given.")
            { Rule = SettingRules.Whole(1, 10_000, "pg_ro_pool_size must be an integer between 1 and 10000") },
        new("pg_ro_backlog", null, SettingKind.Number, Roles.WithDatabase, "Replica backlog.") { Effective = false },
        new("declarative_config", null, SettingKind.Text, Roles.DbLessOrDataPlane, "Declarative file loaded at start."),
        new("declarative_config_string", null, SettingKind.Text, Roles.DbLessOrDataPlane, "Declarative document given inline.")
            { Sensitive = true },
        new("lmdb_environment_path", "dbless.lmdb", SettingKind.Text, Roles.Proxying, "LMDB directory under prefix."),
        new("declarative_config_encryption_mode", "off", SettingKind.Choice, Roles.DataPlane,
            "Encryption of the stored configuration, with keys derived from cluster_cert_key: off, aes-256-gcm, chacha20-poly1305.")
            { OneOf = ["off", "aes-256-gcm", "chacha20-poly1305"] },
        new("declarative_config_encryption_former_key", null, SettingKind.Key, Roles.DataPlane,
            "The cluster_cert_key of before, by which a stored configuration may still be encrypted; from then on it is by the present one.")
            { Sensitive = true, Rule = SettingRules.Key("declarative_config_encryption_former_key") },
        new("lmdb_map_size", "2048m", SettingKind.Text, Roles.Proxying, "LMDB size limit; the file grows as it must.") { Rule = SettingRules.Size("lmdb_map_size"), Effective = false },
    ];

    private static Setting[] DatastoreCache =>
    [
        new("db_update_frequency", "5", SettingKind.Number, Roles.WithDatabase, "Seconds between change polls; here changes tell of themselves.")
            { Effective = false },
        new("db_update_propagation", "0", SettingKind.Number, Roles.WithDatabase, "Extra delay for replicated databases.") { Effective = false },
        new("db_cache_ttl", "0", SettingKind.Number, Roles.WithDatabase, "Entity cache seconds; there is no such cache.") { Effective = false },
        new("db_cache_neg_ttl", null, SettingKind.Number, Roles.WithDatabase, "Cache seconds for misses.") { Effective = false },
        new("db_resurrect_ttl", "30", SettingKind.Number, Roles.WithDatabase, "Serve stale seconds when DB is down.") { Effective = false },
        new("db_cache_warmup_entities", "services", SettingKind.List, Roles.WithDatabase, "Entity types preloaded at start.") { Effective = false },
    ];

    private static Setting[] Dns =>
    [
        new("dns_resolver", null, SettingKind.List, Roles.Proxying, "Nameservers ip[:port]; else resolv.conf.") { Rule = SettingRules.NameServers("dns_resolver") },
        new("dns_hostsfile", "/etc/hosts", SettingKind.Text, Roles.Proxying, "Hosts file."),
        new("dns_order", "LAST,SRV,A,CNAME", SettingKind.List, Roles.Proxying, "Record type order.") { Rule = SettingRules.RecordTypes("dns_order", "LAST", "A", "CNAME", "SRV", "AAAA") },
        new("dns_valid_ttl", null, SettingKind.Number, Roles.Proxying, "Override answer TTL.")
            { Rule = SettingRules.AtLeast(0, "dns_valid_ttl must be 0 or greater") },
        new("dns_stale_ttl", "3600", SettingKind.Number, Roles.Proxying, "Serve-stale seconds.")
            { Rule = SettingRules.AtLeast(0, "dns_stale_ttl must be 0 or greater") },
        new("dns_cache_size", "10000", SettingKind.Number, Roles.Proxying, "Cached records.")
            { Rule = SettingRules.Whole(1, 10_000_000, "dns_cache_size must be an integer greater than 0") },
        new("dns_not_found_ttl", "30", SettingKind.Number, Roles.Proxying, "TTL for empty or NXDOMAIN.")
            { Rule = SettingRules.AtLeast(0, "dns_not_found_ttl must be 0 or greater") },
        new("dns_error_ttl", "1", SettingKind.Number, Roles.Proxying, "TTL for failures.")
            { Rule = SettingRules.AtLeast(0, "dns_error_ttl must be 0 or greater") },
        new("dns_no_sync", "off", SettingKind.Boolean, Roles.Proxying, "No request coalescing on miss."),
    ];

    private static Setting[] DnsNew =>
    [
        new("new_dns_client", "off", SettingKind.Boolean, Roles.Proxying, "Use the resolver_* client."),
        new("resolver_address", null, SettingKind.List, Roles.Proxying, "Nameservers.") { Rule = SettingRules.NameServers("resolver_address") },
        new("resolver_hosts_file", "/etc/hosts", SettingKind.Text, Roles.Proxying, "Hosts file."),
        new("resolver_family", "A,SRV", SettingKind.List, Roles.Proxying, "A, AAAA, SRV to query.") { Rule = SettingRules.RecordTypes("resolver_family", "A", "AAAA", "SRV") },
        new("resolver_valid_ttl", null, SettingKind.Number, Roles.Proxying, "Override TTL.")
            { Rule = SettingRules.AtLeast(0, "resolver_valid_ttl must be 0 or greater") },
        new("resolver_stale_ttl", "3600", SettingKind.Number, Roles.Proxying, "Serve-stale seconds.")
            { Rule = SettingRules.AtLeast(0, "resolver_stale_ttl must be 0 or greater") },
        new("resolver_lru_cache_size", "10000", SettingKind.Number, Roles.Proxying, "Per-worker cache entries.")
            { Rule = SettingRules.Whole(1, 10_000_000, "resolver_lru_cache_size must be an integer greater than 0") },
        new("resolver_mem_cache_size", "5m", SettingKind.Text, Roles.Proxying, "Shared cache size.") { Effective = false },
        new("resolver_error_ttl", "1", SettingKind.Number, Roles.Proxying, "TTL for errors and empties.")
            { Rule = SettingRules.AtLeast(0, "resolver_error_ttl must be 0 or greater") },
    ];
}
