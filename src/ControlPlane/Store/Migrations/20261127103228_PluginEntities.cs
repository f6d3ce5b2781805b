using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gateway.ControlPlane.Store.Migrations
{
    /// <inheritdoc />
    public partial class PluginEntities : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddUniqueConstraint(
                name: "plugins_id_ws_id_key",
                table: "plugins",
                columns: new[] { "id", "ws_id" });

            migrationBuilder.CreateTable(
                name: "acme_storage",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    key = table.Column<string>(type: "text", nullable: false),
                    ttl = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    value = table.Column<string>(type: "text", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("acme_storage_pkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "hmacauth_credentials",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    consumer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    secret = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    username = table.Column<string>(type: "text", nullable: false),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("hmacauth_credentials_pkey", x => x.id);
                    table.ForeignKey(
                        name: "hmacauth_credentials_consumer_id_fkey",
                        columns: x => new { x.consumer_id, x.ws_id },
                        principalTable: "consumers",
                        principalColumns: new[] { "id", "ws_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "hmacauth_credentials_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "jwt_secrets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    algorithm = table.Column<string>(type: "text", nullable: true),
                    consumer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    key = table.Column<string>(type: "text", nullable: true),
                    rsa_public_key = table.Column<string>(type: "text", nullable: true),
                    secret = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("jwt_secrets_pkey", x => x.id);
                    table.ForeignKey(
                        name: "jwt_secrets_consumer_id_fkey",
                        columns: x => new { x.consumer_id, x.ws_id },
                        principalTable: "consumers",
                        principalColumns: new[] { "id", "ws_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "jwt_secrets_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "oauth2_credentials",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    client_id = table.Column<string>(type: "text", nullable: true),
                    client_secret = table.Column<string>(type: "text", nullable: true),
                    client_type = table.Column<string>(type: "text", nullable: false),
                    consumer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    hash_secret = table.Column<bool>(type: "boolean", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false),
                    redirect_uris = table.Column<string[]>(type: "text[]", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("oauth2_credentials_pkey", x => x.id);
                    table.UniqueConstraint("oauth2_credentials_id_ws_id_key", x => new { x.id, x.ws_id });
                    table.ForeignKey(
                        name: "oauth2_credentials_consumer_id_fkey",
                        columns: x => new { x.consumer_id, x.ws_id },
                        principalTable: "consumers",
                        principalColumns: new[] { "id", "ws_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "oauth2_credentials_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "sessions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    data = table.Column<string>(type: "text", nullable: true),
                    expires = table.Column<long>(type: "bigint", nullable: true),
                    session_id = table.Column<string>(type: "text", nullable: false),
                    ttl = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("sessions_pkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "oauth2_authorization_codes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    authenticated_userid = table.Column<string>(type: "text", nullable: true),
                    challenge = table.Column<string>(type: "text", nullable: true),
                    challenge_method = table.Column<string>(type: "text", nullable: true),
                    code = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    credential_id = table.Column<Guid>(type: "uuid", nullable: false),
                    plugin_id = table.Column<Guid>(type: "uuid", nullable: true),
                    scope = table.Column<string>(type: "text", nullable: true),
                    service_id = table.Column<Guid>(type: "uuid", nullable: true),
                    ttl = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("oauth2_authorization_codes_pkey", x => x.id);
                    table.ForeignKey(
                        name: "oauth2_authorization_codes_credential_id_fkey",
                        columns: x => new { x.credential_id, x.ws_id },
                        principalTable: "oauth2_credentials",
                        principalColumns: new[] { "id", "ws_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "oauth2_authorization_codes_plugin_id_fkey",
                        columns: x => new { x.plugin_id, x.ws_id },
                        principalTable: "plugins",
                        principalColumns: new[] { "id", "ws_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "oauth2_authorization_codes_service_id_fkey",
                        columns: x => new { x.service_id, x.ws_id },
                        principalTable: "services",
                        principalColumns: new[] { "id", "ws_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "oauth2_authorization_codes_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "oauth2_tokens",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    access_token = table.Column<string>(type: "text", nullable: true),
                    authenticated_userid = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    credential_id = table.Column<Guid>(type: "uuid", nullable: false),
                    expires_in = table.Column<long>(type: "bigint", nullable: false),
                    refresh_token = table.Column<string>(type: "text", nullable: true),
                    scope = table.Column<string>(type: "text", nullable: true),
                    service_id = table.Column<Guid>(type: "uuid", nullable: true),
                    token_type = table.Column<string>(type: "text", nullable: false),
                    ttl = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("oauth2_tokens_pkey", x => x.id);
                    table.ForeignKey(
                        name: "oauth2_tokens_credential_id_fkey",
                        columns: x => new { x.credential_id, x.ws_id },
                        principalTable: "oauth2_credentials",
                        principalColumns: new[] { "id", "ws_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "oauth2_tokens_service_id_fkey",
                        columns: x => new { x.service_id, x.ws_id },
                        principalTable: "services",
                        principalColumns: new[] { "id", "ws_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "oauth2_tokens_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "session_metadatas",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    audience = table.Column<string>(type: "text", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    session_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sid = table.Column<string>(type: "text", nullable: true),
                    subject = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("session_metadatas_pkey", x => x.id);
                    table.ForeignKey(
                        name: "session_metadatas_session_id_fkey",
                        column: x => x.session_id,
                        principalTable: "sessions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "acme_storage_key_key",
                table: "acme_storage",
                column: "key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "acme_storage_ttl_idx",
                table: "acme_storage",
                column: "ttl");

            migrationBuilder.CreateIndex(
                name: "hmacauth_credentials_consumer_id_idx",
                table: "hmacauth_credentials",
                columns: new[] { "consumer_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "hmacauth_credentials_tags_idx",
                table: "hmacauth_credentials",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "hmacauth_credentials_username_key",
                table: "hmacauth_credentials",
                columns: new[] { "ws_id", "username" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "hmacauth_credentials_ws_id_idx",
                table: "hmacauth_credentials",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "jwt_secrets_consumer_id_idx",
                table: "jwt_secrets",
                columns: new[] { "consumer_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "jwt_secrets_key_key",
                table: "jwt_secrets",
                columns: new[] { "ws_id", "key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "jwt_secrets_tags_idx",
                table: "jwt_secrets",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "jwt_secrets_ws_id_idx",
                table: "jwt_secrets",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "oauth2_authorization_codes_code_key",
                table: "oauth2_authorization_codes",
                columns: new[] { "ws_id", "code" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "oauth2_authorization_codes_credential_id_idx",
                table: "oauth2_authorization_codes",
                columns: new[] { "credential_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "oauth2_authorization_codes_plugin_id_idx",
                table: "oauth2_authorization_codes",
                columns: new[] { "plugin_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "oauth2_authorization_codes_service_id_idx",
                table: "oauth2_authorization_codes",
                columns: new[] { "service_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "oauth2_authorization_codes_ttl_idx",
                table: "oauth2_authorization_codes",
                column: "ttl");

            migrationBuilder.CreateIndex(
                name: "oauth2_authorization_codes_ws_id_idx",
                table: "oauth2_authorization_codes",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "oauth2_credentials_client_id_key",
                table: "oauth2_credentials",
                columns: new[] { "ws_id", "client_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "oauth2_credentials_consumer_id_idx",
                table: "oauth2_credentials",
                columns: new[] { "consumer_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "oauth2_credentials_tags_idx",
                table: "oauth2_credentials",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "oauth2_credentials_ws_id_idx",
                table: "oauth2_credentials",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "oauth2_tokens_access_token_key",
                table: "oauth2_tokens",
                columns: new[] { "ws_id", "access_token" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "oauth2_tokens_credential_id_idx",
                table: "oauth2_tokens",
                columns: new[] { "credential_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "oauth2_tokens_refresh_token_key",
                table: "oauth2_tokens",
                columns: new[] { "ws_id", "refresh_token" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "oauth2_tokens_service_id_idx",
                table: "oauth2_tokens",
                columns: new[] { "service_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "oauth2_tokens_ttl_idx",
                table: "oauth2_tokens",
                column: "ttl");

            migrationBuilder.CreateIndex(
                name: "oauth2_tokens_ws_id_idx",
                table: "oauth2_tokens",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "session_metadatas_session_id_idx",
                table: "session_metadatas",
                column: "session_id");

            migrationBuilder.CreateIndex(
                name: "sessions_session_id_key",
                table: "sessions",
                column: "session_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "sessions_ttl_idx",
                table: "sessions",
                column: "ttl");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "acme_storage");

            migrationBuilder.DropTable(
                name: "hmacauth_credentials");

            migrationBuilder.DropTable(
                name: "jwt_secrets");

            migrationBuilder.DropTable(
                name: "oauth2_authorization_codes");

            migrationBuilder.DropTable(
                name: "oauth2_tokens");

            migrationBuilder.DropTable(
                name: "session_metadatas");

            migrationBuilder.DropTable(
                name: "oauth2_credentials");

            migrationBuilder.DropTable(
                name: "sessions");

            migrationBuilder.DropUniqueConstraint(
                name: "plugins_id_ws_id_key",
                table: "plugins");
        }
    }
}
