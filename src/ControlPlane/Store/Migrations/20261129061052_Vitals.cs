using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gateway.ControlPlane.Store.Migrations
{
    /// <inheritdoc />
    public partial class Vitals : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "vitals",
                columns: table => new
                {
                    kind = table.Column<short>(type: "smallint", nullable: false),
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    step = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    origin = table.Column<Guid>(type: "uuid", nullable: false),
                    r1xx = table.Column<long>(type: "bigint", nullable: false),
                    r2xx = table.Column<long>(type: "bigint", nullable: false),
                    r3xx = table.Column<long>(type: "bigint", nullable: false),
                    r4xx = table.Column<long>(type: "bigint", nullable: false),
                    r5xx = table.Column<long>(type: "bigint", nullable: false),
                    connections = table.Column<long>(type: "bigint", nullable: false),
                    memory_bytes = table.Column<long>(type: "bigint", nullable: false),
                    latency = table.Column<byte[]>(type: "bytea", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("vitals_pkey", x => new { x.kind, x.id, x.step, x.at, x.origin });
                });

            migrationBuilder.CreateIndex(
                name: "vitals_at_idx",
                table: "vitals",
                columns: new[] { "step", "at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "vitals");
        }
    }
}
