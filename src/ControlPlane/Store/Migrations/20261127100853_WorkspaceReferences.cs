using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gateway.ControlPlane.Store.Migrations
{
    /// <inheritdoc />
    public partial class WorkspaceReferences : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "acls_consumer_id_fkey",
                table: "acls");

            migrationBuilder.DropForeignKey(
                name: "basicauth_credentials_consumer_id_fkey",
                table: "basicauth_credentials");

            migrationBuilder.DropForeignKey(
                name: "consumer_group_consumers_consumer_group_id_fkey",
                table: "consumer_group_consumers");

            migrationBuilder.DropForeignKey(
                name: "consumer_group_consumers_consumer_id_fkey",
                table: "consumer_group_consumers");

            migrationBuilder.DropForeignKey(
                name: "consumer_group_plugins_consumer_group_id_fkey",
                table: "consumer_group_plugins");

            migrationBuilder.DropForeignKey(
                name: "keyauth_credentials_consumer_id_fkey",
                table: "keyauth_credentials");

            migrationBuilder.DropForeignKey(
                name: "keys_set_id_fkey",
                table: "keys");

            migrationBuilder.DropForeignKey(
                name: "plugins_consumer_group_id_fkey",
                table: "plugins");

            migrationBuilder.DropForeignKey(
                name: "plugins_consumer_id_fkey",
                table: "plugins");

            migrationBuilder.DropForeignKey(
                name: "plugins_route_id_fkey",
                table: "plugins");

            migrationBuilder.DropForeignKey(
                name: "plugins_service_id_fkey",
                table: "plugins");

            migrationBuilder.DropForeignKey(
                name: "routes_service_id_fkey",
                table: "routes");

            migrationBuilder.DropForeignKey(
                name: "services_client_certificate_id_fkey",
                table: "services");

            migrationBuilder.DropForeignKey(
                name: "snis_certificate_id_fkey",
                table: "snis");

            migrationBuilder.DropForeignKey(
                name: "targets_upstream_id_fkey",
                table: "targets");

            migrationBuilder.DropForeignKey(
                name: "upstreams_client_certificate_id_fkey",
                table: "upstreams");

            migrationBuilder.DropIndex(
                name: "upstreams_client_certificate_id_idx",
                table: "upstreams");

            migrationBuilder.DropIndex(
                name: "targets_upstream_id_idx",
                table: "targets");

            migrationBuilder.DropIndex(
                name: "snis_certificate_id_idx",
                table: "snis");

            migrationBuilder.DropIndex(
                name: "services_client_certificate_id_idx",
                table: "services");

            migrationBuilder.DropIndex(
                name: "routes_service_id_idx",
                table: "routes");

            migrationBuilder.DropIndex(
                name: "plugins_consumer_group_id_idx",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "plugins_consumer_id_idx",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "plugins_route_id_idx",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "plugins_service_id_idx",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "keys_set_id_idx",
                table: "keys");

            migrationBuilder.DropIndex(
                name: "keyauth_credentials_consumer_id_idx",
                table: "keyauth_credentials");

            migrationBuilder.DropIndex(
                name: "consumer_group_plugins_consumer_group_id_idx",
                table: "consumer_group_plugins");

            migrationBuilder.DropIndex(
                name: "consumer_group_consumers_consumer_group_id_idx",
                table: "consumer_group_consumers");

            migrationBuilder.DropIndex(
                name: "consumer_group_consumers_consumer_id_idx",
                table: "consumer_group_consumers");

            migrationBuilder.DropIndex(
                name: "basicauth_credentials_consumer_id_idx",
                table: "basicauth_credentials");

            migrationBuilder.DropIndex(
                name: "acls_consumer_id_idx",
                table: "acls");

            migrationBuilder.AddUniqueConstraint(
                name: "upstreams_id_ws_id_key",
                table: "upstreams",
                columns: new[] { "id", "ws_id" });

            migrationBuilder.AddUniqueConstraint(
                name: "services_id_ws_id_key",
                table: "services",
                columns: new[] { "id", "ws_id" });

            migrationBuilder.AddUniqueConstraint(
                name: "routes_id_ws_id_key",
                table: "routes",
                columns: new[] { "id", "ws_id" });

            migrationBuilder.AddUniqueConstraint(
                name: "key_sets_id_ws_id_key",
                table: "key_sets",
                columns: new[] { "id", "ws_id" });

            migrationBuilder.AddUniqueConstraint(
                name: "consumers_id_ws_id_key",
                table: "consumers",
                columns: new[] { "id", "ws_id" });

            migrationBuilder.AddUniqueConstraint(
                name: "consumer_groups_id_ws_id_key",
                table: "consumer_groups",
                columns: new[] { "id", "ws_id" });

            migrationBuilder.AddUniqueConstraint(
                name: "certificates_id_ws_id_key",
                table: "certificates",
                columns: new[] { "id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "upstreams_client_certificate_id_idx",
                table: "upstreams",
                columns: new[] { "client_certificate_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "targets_upstream_id_idx",
                table: "targets",
                columns: new[] { "upstream_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "snis_certificate_id_idx",
                table: "snis",
                columns: new[] { "certificate_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "services_client_certificate_id_idx",
                table: "services",
                columns: new[] { "client_certificate_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "routes_service_id_idx",
                table: "routes",
                columns: new[] { "service_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "plugins_consumer_group_id_idx",
                table: "plugins",
                columns: new[] { "consumer_group_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "plugins_consumer_id_idx",
                table: "plugins",
                columns: new[] { "consumer_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "plugins_route_id_idx",
                table: "plugins",
                columns: new[] { "route_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "plugins_service_id_idx",
                table: "plugins",
                columns: new[] { "service_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "keys_set_id_idx",
                table: "keys",
                columns: new[] { "set_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "keyauth_credentials_consumer_id_idx",
                table: "keyauth_credentials",
                columns: new[] { "consumer_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "consumer_group_plugins_consumer_group_id_idx",
                table: "consumer_group_plugins",
                columns: new[] { "consumer_group_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "consumer_group_consumers_consumer_group_id_idx",
                table: "consumer_group_consumers",
                columns: new[] { "consumer_group_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "consumer_group_consumers_consumer_id_idx",
                table: "consumer_group_consumers",
                columns: new[] { "consumer_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "basicauth_credentials_consumer_id_idx",
                table: "basicauth_credentials",
                columns: new[] { "consumer_id", "ws_id" });

            migrationBuilder.CreateIndex(
                name: "acls_consumer_id_idx",
                table: "acls",
                columns: new[] { "consumer_id", "ws_id" });

            migrationBuilder.AddForeignKey(
                name: "acls_consumer_id_fkey",
                table: "acls",
                columns: new[] { "consumer_id", "ws_id" },
                principalTable: "consumers",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "basicauth_credentials_consumer_id_fkey",
                table: "basicauth_credentials",
                columns: new[] { "consumer_id", "ws_id" },
                principalTable: "consumers",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "consumer_group_consumers_consumer_group_id_fkey",
                table: "consumer_group_consumers",
                columns: new[] { "consumer_group_id", "ws_id" },
                principalTable: "consumer_groups",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "consumer_group_consumers_consumer_id_fkey",
                table: "consumer_group_consumers",
                columns: new[] { "consumer_id", "ws_id" },
                principalTable: "consumers",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "consumer_group_plugins_consumer_group_id_fkey",
                table: "consumer_group_plugins",
                columns: new[] { "consumer_group_id", "ws_id" },
                principalTable: "consumer_groups",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "keyauth_credentials_consumer_id_fkey",
                table: "keyauth_credentials",
                columns: new[] { "consumer_id", "ws_id" },
                principalTable: "consumers",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "keys_set_id_fkey",
                table: "keys",
                columns: new[] { "set_id", "ws_id" },
                principalTable: "key_sets",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "plugins_consumer_group_id_fkey",
                table: "plugins",
                columns: new[] { "consumer_group_id", "ws_id" },
                principalTable: "consumer_groups",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "plugins_consumer_id_fkey",
                table: "plugins",
                columns: new[] { "consumer_id", "ws_id" },
                principalTable: "consumers",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "plugins_route_id_fkey",
                table: "plugins",
                columns: new[] { "route_id", "ws_id" },
                principalTable: "routes",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "plugins_service_id_fkey",
                table: "plugins",
                columns: new[] { "service_id", "ws_id" },
                principalTable: "services",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "routes_service_id_fkey",
                table: "routes",
                columns: new[] { "service_id", "ws_id" },
                principalTable: "services",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "services_client_certificate_id_fkey",
                table: "services",
                columns: new[] { "client_certificate_id", "ws_id" },
                principalTable: "certificates",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "snis_certificate_id_fkey",
                table: "snis",
                columns: new[] { "certificate_id", "ws_id" },
                principalTable: "certificates",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "targets_upstream_id_fkey",
                table: "targets",
                columns: new[] { "upstream_id", "ws_id" },
                principalTable: "upstreams",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "upstreams_client_certificate_id_fkey",
                table: "upstreams",
                columns: new[] { "client_certificate_id", "ws_id" },
                principalTable: "certificates",
                principalColumns: new[] { "id", "ws_id" },
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "acls_consumer_id_fkey",
                table: "acls");

            migrationBuilder.DropForeignKey(
                name: "basicauth_credentials_consumer_id_fkey",
                table: "basicauth_credentials");

            migrationBuilder.DropForeignKey(
                name: "consumer_group_consumers_consumer_group_id_fkey",
                table: "consumer_group_consumers");

            migrationBuilder.DropForeignKey(
                name: "consumer_group_consumers_consumer_id_fkey",
                table: "consumer_group_consumers");

            migrationBuilder.DropForeignKey(
                name: "consumer_group_plugins_consumer_group_id_fkey",
                table: "consumer_group_plugins");

            migrationBuilder.DropForeignKey(
                name: "keyauth_credentials_consumer_id_fkey",
                table: "keyauth_credentials");

            migrationBuilder.DropForeignKey(
                name: "keys_set_id_fkey",
                table: "keys");

            migrationBuilder.DropForeignKey(
                name: "plugins_consumer_group_id_fkey",
                table: "plugins");

            migrationBuilder.DropForeignKey(
                name: "plugins_consumer_id_fkey",
                table: "plugins");

            migrationBuilder.DropForeignKey(
                name: "plugins_route_id_fkey",
                table: "plugins");

            migrationBuilder.DropForeignKey(
                name: "plugins_service_id_fkey",
                table: "plugins");

            migrationBuilder.DropForeignKey(
                name: "routes_service_id_fkey",
                table: "routes");

            migrationBuilder.DropForeignKey(
                name: "services_client_certificate_id_fkey",
                table: "services");

            migrationBuilder.DropForeignKey(
                name: "snis_certificate_id_fkey",
                table: "snis");

            migrationBuilder.DropForeignKey(
                name: "targets_upstream_id_fkey",
                table: "targets");

            migrationBuilder.DropForeignKey(
                name: "upstreams_client_certificate_id_fkey",
                table: "upstreams");

            migrationBuilder.DropUniqueConstraint(
                name: "upstreams_id_ws_id_key",
                table: "upstreams");

            migrationBuilder.DropIndex(
                name: "upstreams_client_certificate_id_idx",
                table: "upstreams");

            migrationBuilder.DropIndex(
                name: "targets_upstream_id_idx",
                table: "targets");

            migrationBuilder.DropIndex(
                name: "snis_certificate_id_idx",
                table: "snis");

            migrationBuilder.DropUniqueConstraint(
                name: "services_id_ws_id_key",
                table: "services");

            migrationBuilder.DropIndex(
                name: "services_client_certificate_id_idx",
                table: "services");

            migrationBuilder.DropUniqueConstraint(
                name: "routes_id_ws_id_key",
                table: "routes");

            migrationBuilder.DropIndex(
                name: "routes_service_id_idx",
                table: "routes");

            migrationBuilder.DropIndex(
                name: "plugins_consumer_group_id_idx",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "plugins_consumer_id_idx",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "plugins_route_id_idx",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "plugins_service_id_idx",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "keys_set_id_idx",
                table: "keys");

            migrationBuilder.DropIndex(
                name: "keyauth_credentials_consumer_id_idx",
                table: "keyauth_credentials");

            migrationBuilder.DropUniqueConstraint(
                name: "key_sets_id_ws_id_key",
                table: "key_sets");

            migrationBuilder.DropUniqueConstraint(
                name: "consumers_id_ws_id_key",
                table: "consumers");

            migrationBuilder.DropUniqueConstraint(
                name: "consumer_groups_id_ws_id_key",
                table: "consumer_groups");

            migrationBuilder.DropIndex(
                name: "consumer_group_plugins_consumer_group_id_idx",
                table: "consumer_group_plugins");

            migrationBuilder.DropIndex(
                name: "consumer_group_consumers_consumer_group_id_idx",
                table: "consumer_group_consumers");

            migrationBuilder.DropIndex(
                name: "consumer_group_consumers_consumer_id_idx",
                table: "consumer_group_consumers");

            migrationBuilder.DropUniqueConstraint(
                name: "certificates_id_ws_id_key",
                table: "certificates");

            migrationBuilder.DropIndex(
                name: "basicauth_credentials_consumer_id_idx",
                table: "basicauth_credentials");

            migrationBuilder.DropIndex(
                name: "acls_consumer_id_idx",
                table: "acls");

            migrationBuilder.CreateIndex(
                name: "upstreams_client_certificate_id_idx",
                table: "upstreams",
                column: "client_certificate_id");

            migrationBuilder.CreateIndex(
                name: "targets_upstream_id_idx",
                table: "targets",
                column: "upstream_id");

            migrationBuilder.CreateIndex(
                name: "snis_certificate_id_idx",
                table: "snis",
                column: "certificate_id");

            migrationBuilder.CreateIndex(
                name: "services_client_certificate_id_idx",
                table: "services",
                column: "client_certificate_id");

            migrationBuilder.CreateIndex(
                name: "routes_service_id_idx",
                table: "routes",
                column: "service_id");

            migrationBuilder.CreateIndex(
                name: "plugins_consumer_group_id_idx",
                table: "plugins",
                column: "consumer_group_id");

            migrationBuilder.CreateIndex(
                name: "plugins_consumer_id_idx",
                table: "plugins",
                column: "consumer_id");

            migrationBuilder.CreateIndex(
                name: "plugins_route_id_idx",
                table: "plugins",
                column: "route_id");

            migrationBuilder.CreateIndex(
                name: "plugins_service_id_idx",
                table: "plugins",
                column: "service_id");

            migrationBuilder.CreateIndex(
                name: "keys_set_id_idx",
                table: "keys",
                column: "set_id");

            migrationBuilder.CreateIndex(
                name: "keyauth_credentials_consumer_id_idx",
                table: "keyauth_credentials",
                column: "consumer_id");

            migrationBuilder.CreateIndex(
                name: "consumer_group_plugins_consumer_group_id_idx",
                table: "consumer_group_plugins",
                column: "consumer_group_id");

            migrationBuilder.CreateIndex(
                name: "consumer_group_consumers_consumer_group_id_idx",
                table: "consumer_group_consumers",
                column: "consumer_group_id");

            migrationBuilder.CreateIndex(
                name: "consumer_group_consumers_consumer_id_idx",
                table: "consumer_group_consumers",
                column: "consumer_id");

            migrationBuilder.CreateIndex(
                name: "basicauth_credentials_consumer_id_idx",
                table: "basicauth_credentials",
                column: "consumer_id");

            migrationBuilder.CreateIndex(
                name: "acls_consumer_id_idx",
                table: "acls",
                column: "consumer_id");

            migrationBuilder.AddForeignKey(
                name: "acls_consumer_id_fkey",
                table: "acls",
                column: "consumer_id",
                principalTable: "consumers",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "basicauth_credentials_consumer_id_fkey",
                table: "basicauth_credentials",
                column: "consumer_id",
                principalTable: "consumers",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "consumer_group_consumers_consumer_group_id_fkey",
                table: "consumer_group_consumers",
                column: "consumer_group_id",
                principalTable: "consumer_groups",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "consumer_group_consumers_consumer_id_fkey",
                table: "consumer_group_consumers",
                column: "consumer_id",
                principalTable: "consumers",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "consumer_group_plugins_consumer_group_id_fkey",
                table: "consumer_group_plugins",
                column: "consumer_group_id",
                principalTable: "consumer_groups",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "keyauth_credentials_consumer_id_fkey",
                table: "keyauth_credentials",
                column: "consumer_id",
                principalTable: "consumers",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "keys_set_id_fkey",
                table: "keys",
                column: "set_id",
                principalTable: "key_sets",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "plugins_consumer_group_id_fkey",
                table: "plugins",
                column: "consumer_group_id",
                principalTable: "consumer_groups",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "plugins_consumer_id_fkey",
                table: "plugins",
                column: "consumer_id",
                principalTable: "consumers",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "plugins_route_id_fkey",
                table: "plugins",
                column: "route_id",
                principalTable: "routes",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "plugins_service_id_fkey",
                table: "plugins",
                column: "service_id",
                principalTable: "services",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "routes_service_id_fkey",
                table: "routes",
                column: "service_id",
                principalTable: "services",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "services_client_certificate_id_fkey",
                table: "services",
                column: "client_certificate_id",
                principalTable: "certificates",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "snis_certificate_id_fkey",
                table: "snis",
                column: "certificate_id",
                principalTable: "certificates",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);

            migrationBuilder.AddForeignKey(
                name: "targets_upstream_id_fkey",
                table: "targets",
                column: "upstream_id",
                principalTable: "upstreams",
                principalColumn: "id",
                onDelete: ReferentialAction.Cascade);

            migrationBuilder.AddForeignKey(
                name: "upstreams_client_certificate_id_fkey",
                table: "upstreams",
                column: "client_certificate_id",
                principalTable: "certificates",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }
    }
}
