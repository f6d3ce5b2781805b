using Npgsql;

namespace Gateway.Kong.Settings;

/// <content>How PostgreSQL is reached.</content>
internal sealed partial class KongSettings
{
    /// <summary>The database, as messages name it.</summary>
    public string DatabaseName => $"database '{values.Required("pg_database")}' at {values.Required("pg_host")}:{values.Required("pg_port")}";

    /// <summary>The database, as Npgsql's connection string.</summary>
    public string ConnectionString()
    {
        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = values.Required("pg_host"),
            Port = values.Whole("pg_port"),
            Database = values.Required("pg_database"),
            Username = values.Required("pg_user"),
            Password = values.Text("pg_password"),
            Timeout = WholeSeconds("pg_timeout")!.Value,
            CommandTimeout = WholeSeconds("pg_timeout")!.Value,
            ApplicationName = "kong",
            SslMode = Ssl(values.Flag("pg_ssl"), values.Flag("pg_ssl_verify")),
            SearchPath = values.Text("pg_schema"),
        };
        if (values.Number("pg_pool_size") is { } size)
        {
            builder.MaxPoolSize = (int)size;
        }

        return builder.ConnectionString;
    }

    /// <summary>The replica that serves what is only read, as Npgsql's connection string: as the database where nothing else is said; null when there is none.</summary>
    public string? ReadOnlyConnectionString()
    {
        if (values.Text("pg_ro_host") is not { } host)
        {
            return null;
        }

        var builder = new NpgsqlConnectionStringBuilder(ConnectionString()) { Host = host };
        builder.Port = (int?)values.Number("pg_ro_port") ?? builder.Port;
        builder.Database = values.Text("pg_ro_database") ?? builder.Database;
        builder.Username = values.Text("pg_ro_user") ?? builder.Username;
        builder.Password = values.Text("pg_ro_password") ?? builder.Password;
        builder.Timeout = builder.CommandTimeout = WholeSeconds("pg_ro_timeout") ?? builder.Timeout;
        builder.SearchPath = values.Text("pg_ro_schema") ?? builder.SearchPath;
        builder.MaxPoolSize = (int?)values.Number("pg_ro_pool_size") ?? builder.MaxPoolSize;
        builder.SslMode = Ssl(
            values.Text("pg_ro_ssl") is null ? values.Flag("pg_ssl") : values.Flag("pg_ro_ssl"),
            values.Text("pg_ro_ssl_verify") is null ? values.Flag("pg_ssl_verify") : values.Flag("pg_ro_ssl_verify"));
        return builder.ConnectionString;
    }

    private int? WholeSeconds(string name) => values.Number(name) is { } milliseconds ? (int)Math.Max(1, Math.Ceiling(milliseconds / 1000)) : null;

    private static SslMode Ssl(bool isOn, bool isVerified) => isVerified ? SslMode.VerifyFull : isOn ? SslMode.Require : SslMode.Disable;
}
