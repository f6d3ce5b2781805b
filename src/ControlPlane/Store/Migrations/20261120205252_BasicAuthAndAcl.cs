using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gateway.ControlPlane.Store.Migrations
{
    /// <inheritdoc />
    public partial class BasicAuthAndAcl : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "acls",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    consumer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    group = table.Column<string>(type: "text", nullable: false),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("acls_pkey", x => x.id);
                    table.ForeignKey(
                        name: "acls_consumer_id_fkey",
                        column: x => x.consumer_id,
                        principalTable: "consumers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "acls_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "basicauth_credentials",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    consumer_id = table.Column<Guid>(type: "uuid", nullable: false),
                    created_at = table.Column<DateTime>(type: "timestamp with time zone", nullable: true),
                    password = table.Column<string>(type: "text", nullable: false),
                    tags = table.Column<string[]>(type: "text[]", nullable: true),
                    username = table.Column<string>(type: "text", nullable: false),
                    ws_id = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("basicauth_credentials_pkey", x => x.id);
                    table.ForeignKey(
                        name: "basicauth_credentials_consumer_id_fkey",
                        column: x => x.consumer_id,
                        principalTable: "consumers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "basicauth_credentials_ws_id_fkey",
                        column: x => x.ws_id,
                        principalTable: "workspaces",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "acls_cache_key",
                table: "acls",
                columns: new[] { "ws_id", "consumer_id", "group" },
                unique: true)
                .Annotation("Npgsql:NullsDistinct", false);

            migrationBuilder.CreateIndex(
                name: "acls_consumer_id_idx",
                table: "acls",
                column: "consumer_id");

            migrationBuilder.CreateIndex(
                name: "acls_tags_idx",
                table: "acls",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "acls_ws_id_idx",
                table: "acls",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "basicauth_credentials_consumer_id_idx",
                table: "basicauth_credentials",
                column: "consumer_id");

            migrationBuilder.CreateIndex(
                name: "basicauth_credentials_tags_idx",
                table: "basicauth_credentials",
                column: "tags")
                .Annotation("Npgsql:IndexMethod", "gin");

            migrationBuilder.CreateIndex(
                name: "basicauth_credentials_username_key",
                table: "basicauth_credentials",
                columns: new[] { "ws_id", "username" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "basicauth_credentials_ws_id_idx",
                table: "basicauth_credentials",
                column: "ws_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "acls");

            migrationBuilder.DropTable(
                name: "basicauth_credentials");
        }
    }
}
