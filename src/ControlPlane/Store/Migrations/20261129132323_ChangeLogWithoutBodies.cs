using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gateway.ControlPlane.Store.Migrations
{
    /// <inheritdoc />
    public partial class ChangeLogWithoutBodies : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "change_log_at_idx",
                table: "change_log");

            migrationBuilder.DropColumn(
                name: "body",
                table: "change_log");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "body",
                table: "change_log",
                type: "jsonb",
                nullable: true);

            migrationBuilder.CreateIndex(
                name: "change_log_at_idx",
                table: "change_log",
                column: "at");
        }
    }
}
