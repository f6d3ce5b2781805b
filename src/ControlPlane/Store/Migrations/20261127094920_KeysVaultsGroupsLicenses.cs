using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gateway.ControlPlane.Store.Migrations
{
    /// <inheritdoc />
    public partial class KeysVaultsGroupsLicenses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "plugins_cache_key",
                table: "plugins");

            migrationBuilder.AddColumn<string>(
                name: "expression",
                table: "routes",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "priority",
                table: "routes",
                type: "bigint",
                nullable: false,
                defaultValue: 0L);

            migrationBuilder.AddColumn<Guid>(
                name: "consumer_group_id",
                table: "plugins",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "ordering",
                table: "plugins",
                type: "jsonb",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "consumer_groups",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("consumer_groups_pkey", x => x.id);
                    table.ForeignKey(
                        name: "consumer_groups_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "key_sets",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    name = table.Column<string>(type: "text", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("key_sets_pkey", x => x.id);
                    table.ForeignKey(
                        name: "key_sets_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "licenses",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    payload = table.Column<string>(type: "text", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("licenses_pkey", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "vaults",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    config = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    description = table.Column<string>(type: "text", nullable: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    prefix = table.Column<string>(type: "text", nullable: false),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("vaults_pkey", x => x.id);
                    table.ForeignKey(
                        name: "vaults_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "consumer_group_consumers",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    consumer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    consumer_group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("consumer_group_consumers_pkey", x => x.id);
                    table.ForeignKey(
                        name: "consumer_group_consumers_consumer_group_id_fkey",
                        column: x => x.consumer_group_id,
                        principalTable: "consumer_groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "consumer_group_consumers_consumer_id_fkey",
                        column: x => x.consumer_id,
                        principalTable: "consumers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "consumer_group_consumers_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "consumer_group_plugins",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    config = table.Column<string>(type: "jsonb", nullable: false),
                    consumer_group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    name = table.Column<string>(type: "text", nullable: false),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("consumer_group_plugins_pkey", x => x.id);
                    table.ForeignKey(
                        name: "consumer_group_plugins_consumer_group_id_fkey",
                        column: x => x.consumer_group_id,
                        principalTable: "consumer_groups",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "consumer_group_plugins_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "keys",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    jwk = table.Column<string>(type: "text", nullable: true),
                    kid = table.Column<string>(type: "text", nullable: false),
                    name = table.Column<string>(type: "text", nullable: true),
                    pem = table.Column<string>(type: "jsonb", nullable: true),
                    set_id = table.Column<Guid>(type: "uuid", nullable: true),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    updated_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("keys_pkey", x => x.id);
                    table.ForeignKey(
                        name: "keys_set_id_fkey",
                        column: x => x.set_id,
                        principalTable: "key_sets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "keys_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "plugins_cache_key",
                table: "plugins",
                columns: new[] { "ws_id", "name", "route_id", "service_id", "consumer_id", "consumer_group_id" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "plugins_consumer_group_id_idx",
                table: "plugins",
                column: "consumer_group_id");

            migrationBuilder.CreateIndex(
                name: "consumer_group_consumers_cache_key",
                table: "consumer_group_consumers",
                columns: new[] { "ws_id", "consumer_group_id", "consumer_id" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "consumer_group_consumers_consumer_group_id_idx",
                table: "consumer_group_consumers",
                column: "consumer_group_id");

            migrationBuilder.CreateIndex(
                name: "consumer_group_consumers_consumer_id_idx",
                table: "consumer_group_consumers",
                column: "consumer_id");

            migrationBuilder.CreateIndex(
                name: "consumer_group_consumers_ws_id_idx",
                table: "consumer_group_consumers",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "consumer_group_plugins_cache_key",
                table: "consumer_group_plugins",
                columns: new[] { "ws_id", "consumer_group_id", "name" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "consumer_group_plugins_consumer_group_id_idx",
                table: "consumer_group_plugins",
                column: "consumer_group_id");

            migrationBuilder.CreateIndex(
                name: "consumer_group_plugins_ws_id_idx",
                table: "consumer_group_plugins",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "consumer_groups_name_key",
                table: "consumer_groups",
                columns: new[] { "ws_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "consumer_groups_tags_idx",
                table: "consumer_groups",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "consumer_groups_ws_id_idx",
                table: "consumer_groups",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "key_sets_name_key",
                table: "key_sets",
                columns: new[] { "ws_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "key_sets_tags_idx",
                table: "key_sets",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "key_sets_ws_id_idx",
                table: "key_sets",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "keys_cache_key",
                table: "keys",
                columns: new[] { "ws_id", "kid", "set_id" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "keys_name_key",
                table: "keys",
                columns: new[] { "ws_id", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "keys_set_id_idx",
                table: "keys",
                column: "set_id");

            migrationBuilder.CreateIndex(
                name: "keys_tags_idx",
                table: "keys",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "keys_ws_id_idx",
                table: "keys",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "licenses_payload_key",
                table: "licenses",
                column: "payload",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "vaults_prefix_key",
                table: "vaults",
                column: "prefix",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "vaults_tags_idx",
                table: "vaults",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "vaults_ws_id_idx",
                table: "vaults",
                column: "ws_id");

            migrationBuilder.AddForeignKey(
                name: "plugins_consumer_group_id_fkey",
                table: "plugins",
                column: "consumer_group_id",
                principalTable: "consumer_groups",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "plugins_consumer_group_id_fkey",
                table: "plugins");

            migrationBuilder.DropTable(
                name: "consumer_group_consumers");

            migrationBuilder.DropTable(
                name: "consumer_group_plugins");

            migrationBuilder.DropTable(
                name: "keys");

            migrationBuilder.DropTable(
                name: "licenses");

            migrationBuilder.DropTable(
                name: "vaults");

            migrationBuilder.DropTable(
                name: "consumer_groups");

            migrationBuilder.DropTable(
                name: "key_sets");

            migrationBuilder.DropIndex(
                name: "plugins_cache_key",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "plugins_consumer_group_id_idx",
                table: "plugins");

            migrationBuilder.DropColumn(
                name: "expression",
                table: "routes");

            migrationBuilder.DropColumn(
                name: "priority",
                table: "routes");

            migrationBuilder.DropColumn(
                name: "consumer_group_id",
                table: "plugins");

            migrationBuilder.DropColumn(
                name: "ordering",
                table: "plugins");

            migrationBuilder.CreateIndex(
                name: "plugins_cache_key",
                table: "plugins",
                columns: new[] { "ws_id", "name", "route_id", "service_id", "consumer_id" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);
        }
    }
}
