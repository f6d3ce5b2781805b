using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gateway.ControlPlane.Store.Migrations
{
    /// <inheritdoc />
    public partial class SharedCounters : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ratelimiting_metrics",
                columns: table => new
                {
                    identifier = table.Column<string>(type: "text", nullable: false),
                    period = table.Column<string>(type: "text", nullable: false),
                    period_date = table.Column<DateTime>(type: "timestamp with time zone", nullable: false),
                    service_id = table.Column<Guid>(type: "uuid", nullable: false),
                    route_id = table.Column<Guid>(type: "uuid", nullable: false),
                    value = table.Column<long>(type: "bigint", nullable: false),
                    ttl = table.Column<DateTime>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("ratelimiting_metrics_pkey", x => new { x.identifier, x.period, x.period_date, x.service_id, x.route_id });
                });

            migrationBuilder.CreateIndex(
                name: "ratelimiting_metrics_ttl_idx",
                table: "ratelimiting_metrics",
                column: "ttl");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ratelimiting_metrics");
        }
    }
}
