using Gateway.Entities;
using Gateway.Plugins;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gateway.ControlPlane.Store;

/// <summary>The database: a table for every declared entity, the change log, the data planes, and the administrators.</summary>
/// <param name="options">How to reach it.</param>
internal sealed class GatewayDbContext(DbContextOptions<GatewayDbContext> options) : DbContext(options)
{
    /// <summary>The tables of the entities that this program declares, with the fields of every feature.</summary>
    public static EntityTables Tables { get; } = new(BundledPlugins.Catalog.EntitiesWith(Features.All));

    public DbSet<AdministratorRow> Administrators => Set<AdministratorRow>();

    /// <summary>The rows of an entity.</summary>
    public DbSet<Dictionary<string, object?>> Rows(EntityTable table) => Set<Dictionary<string, object?>>(table.Name);

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var table in Tables.All)
        {
            modelBuilder.SharedTypeEntity<Dictionary<string, object?>>(table.Name, entity => Map(entity, table));
        }

        modelBuilder.Entity<ChangeLogEntry>(MapChangeLog);
        modelBuilder.Entity<DataPlaneRow>(MapDataPlanes);
        modelBuilder.Entity<AdministratorRow>(MapAdministrators);
        modelBuilder.Entity<VitalsRow>(MapVitals);
        modelBuilder.Entity<CounterRow>(MapCounters);
    }

    private static void Map(EntityTypeBuilder<Dictionary<string, object?>> entity, EntityTable table)
    {
        entity.ToTable(table.Name);
        foreach (var column in table.Columns)
        {
            entity.IndexerProperty(column.ClrType, column.Field).HasColumnName(column.Name).HasColumnType(column.SqlType).IsRequired(column.Required);
        }

        entity.Property<Guid>("id").ValueGeneratedNever();
        entity.HasKey("id").HasName(table.PrimaryKey);
        if (table.Schema.Workspaceable)
        {
            entity.IndexerProperty<Guid>(EntityTable.Workspace).IsRequired();
            if (Tables.Children(table.Name).Any())
            {
                entity.HasAlternateKey("id", EntityTable.Workspace).HasName($"{table.Name}_id_ws_id_key");
            }
        }

        foreach (var foreign in table.ForeignKeys)
        {
            // What belongs to a workspace refers to what belongs to the same one.
            var isScoped = Tables[foreign.Reference].Schema.Workspaceable;
            string[] fields = isScoped ? [foreign.Column.Field, EntityTable.Workspace] : [foreign.Column.Field];
            string[] keys = isScoped ? ["id", EntityTable.Workspace] : ["id"];
            entity.HasOne(foreign.Reference, null).WithMany().HasForeignKey(fields).HasPrincipalKey(keys).HasConstraintName(foreign.Constraint)
                .OnDelete(foreign.Cascades ? DeleteBehavior.Cascade : DeleteBehavior.Restrict);
            entity.HasIndex(fields).HasDatabaseName($"{table.Name}_{foreign.Column.Name}_idx");
        }

        if (table.Schema.Workspaceable)
        {
            entity.HasOne("workspaces", null).WithMany().HasForeignKey(EntityTable.Workspace).HasConstraintName($"{table.Name}_ws_id_fkey")
                .OnDelete(DeleteBehavior.Restrict);
            // With the id, because the pages of a workspace's lists go by it.
            entity.HasIndex(EntityTable.Workspace, "id").HasDatabaseName($"{table.Name}_ws_id_idx");
        }

        foreach (var key in table.UniqueKeys)
        {
            string[] fields = key.Scoped ? [EntityTable.Workspace, .. key.Fields] : [.. key.Fields];
            var index = entity.HasIndex(fields, key.Index).HasDatabaseName(key.Index).IsUnique();
            if (key.Fields.Count > 1)
            {
                index.AreNullsDistinct(false);
            }
        }

        if (table.HasTags)
        {
            entity.HasIndex("tags").HasDatabaseName($"{table.Name}_tags_idx").HasMethod("gin");
        }

        if (table.Schema.Ttl)
        {
            entity.IndexerProperty<DateTime?>(EntityTable.Expiry).HasColumnType("timestamp with time zone");
            entity.HasIndex(EntityTable.Expiry).HasDatabaseName($"{table.Name}_ttl_idx");
        }
    }

    private static void MapChangeLog(EntityTypeBuilder<ChangeLogEntry> log)
    {
        log.ToTable("change_log");
        log.HasKey(e => e.Sequence).HasName("change_log_pkey");
        log.Property(e => e.Sequence).HasColumnName("seq").HasColumnType("bigint").UseIdentityAlwaysColumn();
        log.Property(e => e.Transaction).HasColumnName("xid").HasColumnType("xid8").HasDefaultValueSql("pg_current_xact_id()").ValueGeneratedOnAdd();
        log.Property(e => e.Kind).HasColumnName("kind");
        log.Property(e => e.EntityId).HasColumnName("entity_id");
        log.Property(e => e.Workspace).HasColumnName("ws_id");
        log.Property(e => e.Operation).HasColumnName("op");
        log.Property(e => e.At).HasColumnName("at").HasDefaultValueSql("now()").ValueGeneratedOnAdd();
        log.HasIndex(e => new { e.Transaction, e.Sequence }).HasDatabaseName("change_log_version_idx");
    }

    private static void MapDataPlanes(EntityTypeBuilder<DataPlaneRow> planes)
    {
        planes.ToTable("clustering_data_planes");
        planes.HasKey(p => p.Id).HasName("clustering_data_planes_pkey");
        planes.Property(p => p.Id).HasColumnName("id").ValueGeneratedNever();
        planes.Property(p => p.Hostname).HasColumnName("hostname");
        planes.Property(p => p.Ip).HasColumnName("ip");
        planes.Property(p => p.Version).HasColumnName("version");
        planes.Property(p => p.LastSeen).HasColumnName("last_seen");
        planes.Property(p => p.UpdatedAt).HasColumnName("updated_at");
        planes.Property(p => p.ConfigHash).HasColumnName("config_hash");
        planes.Property(p => p.SyncStatus).HasColumnName("sync_status").HasDefaultValue("unknown");
        planes.Property(p => p.Labels).HasColumnName("labels").HasColumnType("jsonb");
        planes.Property(p => p.CertDetails).HasColumnName("cert_details").HasColumnType("jsonb");
        planes.Property(p => p.RpcCapabilities).HasColumnName("rpc_capabilities");
        planes.Property(p => p.Ttl).HasColumnName("ttl");
        planes.HasIndex(p => p.Ttl).HasDatabaseName("clustering_data_planes_ttl_idx");
    }

    private static void MapAdministrators(EntityTypeBuilder<AdministratorRow> administrators)
    {
        administrators.ToTable("admins");
        administrators.HasKey(a => a.Id).HasName("admins_pkey");
        administrators.Property(a => a.Id).HasColumnName("id").ValueGeneratedNever();
        administrators.Property(a => a.Username).HasColumnName("username");
        administrators.Property(a => a.PasswordHash).HasColumnName("password_hash");
        administrators.Property(a => a.CreatedAt).HasColumnName("created_at").HasDefaultValueSql("now()").ValueGeneratedOnAdd();
        administrators.HasIndex(a => a.Username).IsUnique().HasDatabaseName("admins_username_key");
    }

    private static void MapVitals(EntityTypeBuilder<VitalsRow> vitals)
    {
        vitals.ToTable("vitals");
        vitals.HasKey(v => new { v.Kind, v.Id, v.Step, v.At, v.Origin }).HasName("vitals_pkey");
        vitals.Property(v => v.Kind).HasColumnName("kind");
        vitals.Property(v => v.Id).HasColumnName("id").ValueGeneratedNever();
        vitals.Property(v => v.Step).HasColumnName("step");
        vitals.Property(v => v.At).HasColumnName("at");
        vitals.Property(v => v.Origin).HasColumnName("origin");
        vitals.Property(v => v.Informational).HasColumnName("r1xx");
        vitals.Property(v => v.Successful).HasColumnName("r2xx");
        vitals.Property(v => v.Redirected).HasColumnName("r3xx");
        vitals.Property(v => v.ClientErrors).HasColumnName("r4xx");
        vitals.Property(v => v.ServerErrors).HasColumnName("r5xx");
        vitals.Property(v => v.Connections).HasColumnName("connections");
        vitals.Property(v => v.MemoryBytes).HasColumnName("memory_bytes");
        vitals.Property(v => v.Latency).HasColumnName("latency");
        vitals.HasIndex(v => new { v.Step, v.At }).HasDatabaseName("vitals_at_idx");
    }

    private static void MapCounters(EntityTypeBuilder<CounterRow> counters)
    {
        counters.ToTable(DatabaseCounters.Table);
        counters.HasKey(c => new { c.Identifier, c.Period, c.PeriodDate, c.ServiceId, c.RouteId }).HasName($"{DatabaseCounters.Table}_pkey");
        counters.Property(c => c.Identifier).HasColumnName("identifier");
        counters.Property(c => c.Period).HasColumnName("period");
        counters.Property(c => c.PeriodDate).HasColumnName("period_date");
        counters.Property(c => c.ServiceId).HasColumnName("service_id").ValueGeneratedNever();
        counters.Property(c => c.RouteId).HasColumnName("route_id").ValueGeneratedNever();
        counters.Property(c => c.Value).HasColumnName("value");
        counters.Property(c => c.Ttl).HasColumnName("ttl");
        counters.HasIndex(c => c.Ttl).HasDatabaseName($"{DatabaseCounters.Table}_ttl_idx");
    }
}
