using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Gateway.ControlPlane.Store.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "admins",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    username = table.Column<string>(type: "text", nullable: false),
                    password_hash = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("admins_pkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "ca_certificates",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    cert = table.Column<string>(type: "text", nullable: false),
                    cert_digest = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("ca_certificates_pkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "change_log",
                columns: table => new
                {
                    seq = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityAlwaysColumn),
                    xid = table.Column<ulong>(type: "xid8", nullable: false, defaultValueSql: "pg_current_xact_id()"),
                    kind = table.Column<string>(type: "text", nullable: false),
                    entity_id = table.Column<Guid>(type: "uuid", nullable: false),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: true),
                    op = table.Column<string>(type: "text", nullable: false),
                    body = table.Column<string>(type: "jsonb", nullable: true),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false, defaultValueSql: "now()")
                },
                constraints: table =>
                {
                    table.PrimaryKey("change_log_pkey", x => x.seq);
                });

            migrationBuilder.CreateTable(
                name: "clustering_data_planes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    hostname = table.Column<string>(type: "text", nullable: false),
                    ip = table.Column<string>(type: "text", nullable: false),
                    version = table.Column<string>(type: "text", nullable: true),
                    last_seen = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    config_hash = table.Column<string>(type: "text", nullable: true),
                    sync_status = table.Column<string>(type: "text", nullable: false, defaultValue: "unknown"),
                    labels = table.Column<string>(type: "jsonb", nullable: true),
                    cert_details = table.Column<string>(type: "jsonb", nullable: true),
                    rpc_capabilities = table.Column<string[]>(type: "text[]", nullable: true),
                    ttl = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("clustering_data_planes_pkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "workspaces",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    comment = table.Column<string>(type: "text", nullable: true),
                    config = table.Column<string>(type: "jsonb", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    meta = table.Column<string>(type: "jsonb", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("workspaces_pkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "certificates",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    cert = table.Column<string>(type: "text", nullable: false),
                    cert_alt = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    key = table.Column<string>(type: "text", nullable: false),
                    key_alt = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("certificates_pkey", x => x.id);
                    table.ForeignKey(
                        name: "certificates_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "consumers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    custom_id = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    username = table.Column<string>(type: "text", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("consumers_pkey", x => x.id);
                    table.ForeignKey(
                        name: "consumers_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "services",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    ca_certificates = table.Column<Guid[]>(type: "uuid[]", nullable: true),
                    client_certificate_id = table.Column<Guid>(type: "uuid", nullable: true),
                    connect_timeout = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    host = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: true),
                    path = table.Column<string>(type: "text", nullable: true),
                    port = table.Column<long>(type: "bigint", nullable: false),
                    protocol = table.Column<string>(type: "text", nullable: false),
                    read_timeout = table.Column<long>(type: "bigint", nullable: true),
                    retries = table.Column<long>(type: "bigint", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    tls_verify = table.Column<bool>(type: "boolean", nullable: true),
                    tls_verify_depth = table.Column<long>(type: "bigint", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    write_timeout = table.Column<long>(type: "bigint", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("services_pkey", x => x.id);
                    table.ForeignKey(
                        name: "services_client_certificate_id_fkey",
                        column: x => x.client_certificate_id,
                        principalTable: "certificates",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "services_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "snis",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    certificate_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("snis_pkey", x => x.id);
                    table.ForeignKey(
                        name: "snis_certificate_id_fkey",
                        column: x => x.certificate_id,
                        principalTable: "certificates",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "snis_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "upstreams",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    algorithm = table.Column<string>(type: "text", nullable: true),
                    client_certificate_id = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    hash_fallback = table.Column<string>(type: "text", nullable: true),
                    hash_fallback_header = table.Column<string>(type: "text", nullable: true),
                    hash_fallback_query_arg = table.Column<string>(type: "text", nullable: true),
                    hash_fallback_uri_capture = table.Column<string>(type: "text", nullable: true),
                    hash_on = table.Column<string>(type: "text", nullable: true),
                    hash_on_cookie = table.Column<string>(type: "text", nullable: true),
                    hash_on_cookie_path = table.Column<string>(type: "text", nullable: true),
                    hash_on_header = table.Column<string>(type: "text", nullable: true),
                    hash_on_query_arg = table.Column<string>(type: "text", nullable: true),
                    hash_on_uri_capture = table.Column<string>(type: "text", nullable: true),
                    healthchecks = table.Column<string>(type: "jsonb", nullable: false),
                    host_header = table.Column<string>(type: "text", nullable: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    slots = table.Column<long>(type: "bigint", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    use_srv_name = table.Column<bool>(type: "boolean", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("upstreams_pkey", x => x.id);
                    table.ForeignKey(
                        name: "upstreams_client_certificate_id_fkey",
                        column: x => x.client_certificate_id,
                        principalTable: "certificates",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "upstreams_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "keyauth_credentials",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    consumer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    key = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    ttl = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("keyauth_credentials_pkey", x => x.id);
                    table.ForeignKey(
                        name: "keyauth_credentials_consumer_id_fkey",
                        column: x => x.consumer_id,
                        principalTable: "consumers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "keyauth_credentials_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "routes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    destinations = table.Column<string>(type: "jsonb", nullable: true),
                    headers = table.Column<string>(type: "jsonb", nullable: true),
                    hosts = table.Column<string[]>(type: "text[]", nullable: true),
                    https_redirect_status_code = table.Column<long>(type: "bigint", nullable: false),
                    methods = table.Column<string[]>(type: "text[]", nullable: true),
                    name = table.Column<string>(type: "text", nullable: true),
                    path_handling = table.Column<string>(type: "text", nullable: true),
                    paths = table.Column<string[]>(type: "text[]", nullable: true),
                    preserve_host = table.Column<bool>(type: "boolean", nullable: false),
                    protocols = table.Column<string[]>(type: "text[]", nullable: false),
                    regex_priority = table.Column<long>(type: "bigint", nullable: true),
                    request_buffering = table.Column<bool>(type: "boolean", nullable: false),
                    response_buffering = table.Column<bool>(type: "boolean", nullable: false),
                    service_id = table.Column<Guid>(type: "uuid", nullable: true),
                    snis = table.Column<string[]>(type: "text[]", nullable: true),
                    sources = table.Column<string>(type: "jsonb", nullable: true),
                    strip_path = table.Column<bool>(type: "boolean", nullable: false),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("routes_pkey", x => x.id);
                    table.ForeignKey(
                        name: "routes_service_id_fkey",
                        column: x => x.service_id,
                        principalTable: "services",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "routes_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "targets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    target = table.Column<string>(type: "text", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    upstream_id = table.Column<Guid>(type: "uuid", nullable: false),
                    weight = table.Column<long>(type: "bigint", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("targets_pkey", x => x.id);
                    table.ForeignKey(
                        name: "targets_upstream_id_fkey",
                        column: x => x.upstream_id,
                        principalTable: "upstreams",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "targets_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "plugins",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    config = table.Column<string>(type: "jsonb", nullable: true),
                    consumer_id = table.Column<Guid>(type: "uuid", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    instance_name = table.Column<string>(type: "text", nullable: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    protocols = table.Column<string[]>(type: "text[]", nullable: false),
                    route_id = table.Column<Guid>(type: "uuid", nullable: true),
                    service_id = table.Column<Guid>(type: "uuid", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("plugins_pkey", x => x.id);
                    table.ForeignKey(
                        name: "plugins_consumer_id_fkey",
                        column: x => x.consumer_id,
                        principalTable: "consumers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "plugins_route_id_fkey",
                        column: x => x.route_id,
                        principalTable: "routes",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "plugins_service_id_fkey",
                        column: x => x.service_id,
                        principalTable: "services",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "plugins_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "admins_username_key",
                table: "admins",
                column: "username",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ca_certificates_cert_digest_key",
                table: "ca_certificates",
                column: "cert_digest",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ca_certificates_tags_idx",
                table: "ca_certificates",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "certificates_tags_idx",
                table: "certificates",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "certificates_ws_id_idx",
                table: "certificates",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "change_log_at_idx",
                table: "change_log",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "change_log_version_idx",
                table: "change_log",
                columns: new[] { "xid", "seq" });

            migrationBuilder.CreateIndex(
                name: "clustering_data_planes_ttl_idx",
                table: "clustering_data_planes",
                column: "ttl");

            migrationBuilder.CreateIndex(
                name: "consumers_custom_id_key",
                table: "consumers",
                columns: new[] { "ws_id", "custom_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "consumers_tags_idx",
                table: "consumers",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "consumers_username_key",
                table: "consumers",
                columns: new[] { "ws_id", "username" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "consumers_ws_id_idx",
                table: "consumers",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "keyauth_credentials_consumer_id_idx",
                table: "keyauth_credentials",
                column: "consumer_id");

            migrationBuilder.CreateIndex(
                name: "keyauth_credentials_key_key",
                table: "keyauth_credentials",
                columns: new[] { "ws_id", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "keyauth_credentials_tags_idx",
                table: "keyauth_credentials",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "keyauth_credentials_ttl_idx",
                table: "keyauth_credentials",
                column: "ttl");

            migrationBuilder.CreateIndex(
                name: "keyauth_credentials_ws_id_idx",
                table: "keyauth_credentials",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "plugins_cache_key",
                table: "plugins",
                columns: new[] { "ws_id", "name", "route_id", "service_id", "consumer_id" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "plugins_consumer_id_idx",
                table: "plugins",
                column: "consumer_id");

            migrationBuilder.CreateIndex(
                name: "plugins_instance_name_key",
                table: "plugins",
                columns: new[] { "ws_id", "instance_name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "plugins_route_id_idx",
                table: "plugins",
                column: "route_id");

            migrationBuilder.CreateIndex(
                name: "plugins_service_id_idx",
                table: "plugins",
                column: "service_id");

            migrationBuilder.CreateIndex(
                name: "plugins_tags_idx",
                table: "plugins",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "plugins_ws_id_idx",
                table: "plugins",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "routes_name_key",
                table: "routes",
                columns: new[] { "ws_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "routes_service_id_idx",
                table: "routes",
                column: "service_id");

            migrationBuilder.CreateIndex(
                name: "routes_tags_idx",
                table: "routes",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "routes_ws_id_idx",
                table: "routes",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "services_client_certificate_id_idx",
                table: "services",
                column: "client_certificate_id");

            migrationBuilder.CreateIndex(
                name: "services_name_key",
                table: "services",
                columns: new[] { "ws_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "services_tags_idx",
                table: "services",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "services_ws_id_idx",
                table: "services",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "snis_certificate_id_idx",
                table: "snis",
                column: "certificate_id");

            migrationBuilder.CreateIndex(
                name: "snis_name_key",
                table: "snis",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "snis_tags_idx",
                table: "snis",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "snis_ws_id_idx",
                table: "snis",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "targets_cache_key",
                table: "targets",
                columns: new[] { "ws_id", "upstream_id", "target" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "targets_tags_idx",
                table: "targets",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "targets_upstream_id_idx",
                table: "targets",
                column: "upstream_id");

            migrationBuilder.CreateIndex(
                name: "targets_ws_id_idx",
                table: "targets",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "upstreams_client_certificate_id_idx",
                table: "upstreams",
                column: "client_certificate_id");

            migrationBuilder.CreateIndex(
                name: "upstreams_name_key",
                table: "upstreams",
                columns: new[] { "ws_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "upstreams_tags_idx",
                table: "upstreams",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "upstreams_ws_id_idx",
                table: "upstreams",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "workspaces_name_key",
                table: "workspaces",
                column: "name",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "admins");

            migrationBuilder.DropTable(
                name: "ca_certificates");

            migrationBuilder.DropTable(
                name: "change_log");

            migrationBuilder.DropTable(
                name: "clustering_data_planes");

            migrationBuilder.DropTable(
                name: "keyauth_credentials");

            migrationBuilder.DropTable(
                name: "plugins");

            migrationBuilder.DropTable(
                name: "snis");

            migrationBuilder.DropTable(
                name: "targets");

            migrationBuilder.DropTable(
                name: "consumers");

            migrationBuilder.DropTable(
                name: "routes");

            migrationBuilder.DropTable(
                name: "upstreams");

            migrationBuilder.DropTable(
                name: "services");

            migrationBuilder.DropTable(
                name: "certificates");

            migrationBuilder.DropTable(
                name: "workspaces");
        }
    }
}
