using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Gateway.ControlPlane.Store.Migrations
{
    /// <inheritdoc />
    public partial class WorkspaceListOrder : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "vaults_ws_id_idx",
                table: "vaults");

            migrationBuilder.DropIndex(
                name: "upstreams_ws_id_idx",
                table: "upstreams");

            migrationBuilder.DropIndex(
                name: "targets_ws_id_idx",
                table: "targets");

            migrationBuilder.DropIndex(
                name: "snis_ws_id_idx",
                table: "snis");

            migrationBuilder.DropIndex(
                name: "services_ws_id_idx",
                table: "services");

            migrationBuilder.DropIndex(
                name: "routes_ws_id_idx",
                table: "routes");

            migrationBuilder.DropIndex(
                name: "plugins_ws_id_idx",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "oauth2_tokens_ws_id_idx",
                table: "oauth2_tokens");

            migrationBuilder.DropIndex(
                name: "oauth2_credentials_ws_id_idx",
                table: "oauth2_credentials");

            migrationBuilder.DropIndex(
                name: "oauth2_authorization_codes_ws_id_idx",
                table: "oauth2_authorization_codes");

            migrationBuilder.DropIndex(
                name: "keys_ws_id_idx",
                table: "keys");

            migrationBuilder.DropIndex(
                name: "keyauth_credentials_ws_id_idx",
                table: "keyauth_credentials");

            migrationBuilder.DropIndex(
                name: "key_sets_ws_id_idx",
                table: "key_sets");

            migrationBuilder.DropIndex(
                name: "jwt_secrets_ws_id_idx",
                table: "jwt_secrets");

            migrationBuilder.DropIndex(
                name: "hmacauth_credentials_ws_id_idx",
                table: "hmacauth_credentials");

            migrationBuilder.DropIndex(
                name: "consumers_ws_id_idx",
                table: "consumers");

            migrationBuilder.DropIndex(
                name: "consumer_groups_ws_id_idx",
                table: "consumer_groups");

            migrationBuilder.DropIndex(
                name: "consumer_group_plugins_ws_id_idx",
                table: "consumer_group_plugins");

            migrationBuilder.DropIndex(
                name: "consumer_group_consumers_ws_id_idx",
                table: "consumer_group_consumers");

            migrationBuilder.DropIndex(
                name: "certificates_ws_id_idx",
                table: "certificates");

            migrationBuilder.DropIndex(
                name: "basicauth_credentials_ws_id_idx",
                table: "basicauth_credentials");

            migrationBuilder.DropIndex(
                name: "acls_ws_id_idx",
                table: "acls");

            migrationBuilder.CreateIndex(
                name: "vaults_ws_id_idx",
                table: "vaults",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "upstreams_ws_id_idx",
                table: "upstreams",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "targets_ws_id_idx",
                table: "targets",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "snis_ws_id_idx",
                table: "snis",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "services_ws_id_idx",
                table: "services",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "routes_ws_id_idx",
                table: "routes",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "plugins_ws_id_idx",
                table: "plugins",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "oauth2_tokens_ws_id_idx",
                table: "oauth2_tokens",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "oauth2_credentials_ws_id_idx",
                table: "oauth2_credentials",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "oauth2_authorization_codes_ws_id_idx",
                table: "oauth2_authorization_codes",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "keys_ws_id_idx",
                table: "keys",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "keyauth_credentials_ws_id_idx",
                table: "keyauth_credentials",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "key_sets_ws_id_idx",
                table: "key_sets",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "jwt_secrets_ws_id_idx",
                table: "jwt_secrets",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "hmacauth_credentials_ws_id_idx",
                table: "hmacauth_credentials",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "consumers_ws_id_idx",
                table: "consumers",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "consumer_groups_ws_id_idx",
                table: "consumer_groups",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "consumer_group_plugins_ws_id_idx",
                table: "consumer_group_plugins",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "consumer_group_consumers_ws_id_idx",
                table: "consumer_group_consumers",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "certificates_ws_id_idx",
                table: "certificates",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "basicauth_credentials_ws_id_idx",
                table: "basicauth_credentials",
                columns: new[] { "ws_id", "id" });

            migrationBuilder.CreateIndex(
                name: "acls_ws_id_idx",
                table: "acls",
                columns: new[] { "ws_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "vaults_ws_id_idx",
                table: "vaults");

            migrationBuilder.DropIndex(
                name: "upstreams_ws_id_idx",
                table: "upstreams");

            migrationBuilder.DropIndex(
                name: "targets_ws_id_idx",
                table: "targets");

            migrationBuilder.DropIndex(
                name: "snis_ws_id_idx",
                table: "snis");

            migrationBuilder.DropIndex(
                name: "services_ws_id_idx",
                table: "services");

            migrationBuilder.DropIndex(
                name: "routes_ws_id_idx",
                table: "routes");

            migrationBuilder.DropIndex(
                name: "plugins_ws_id_idx",
                table: "plugins");

            migrationBuilder.DropIndex(
                name: "oauth2_tokens_ws_id_idx",
                table: "oauth2_tokens");

            migrationBuilder.DropIndex(
                name: "oauth2_credentials_ws_id_idx",
                table: "oauth2_credentials");

            migrationBuilder.DropIndex(
                name: "oauth2_authorization_codes_ws_id_idx",
                table: "oauth2_authorization_codes");

            migrationBuilder.DropIndex(
                name: "keys_ws_id_idx",
                table: "keys");

            migrationBuilder.DropIndex(
                name: "keyauth_credentials_ws_id_idx",
                table: "keyauth_credentials");

            migrationBuilder.DropIndex(
                name: "key_sets_ws_id_idx",
                table: "key_sets");

            migrationBuilder.DropIndex(
                name: "jwt_secrets_ws_id_idx",
                table: "jwt_secrets");

            migrationBuilder.DropIndex(
                name: "hmacauth_credentials_ws_id_idx",
                table: "hmacauth_credentials");

            migrationBuilder.DropIndex(
                name: "consumers_ws_id_idx",
                table: "consumers");

            migrationBuilder.DropIndex(
                name: "consumer_groups_ws_id_idx",
                table: "consumer_groups");

            migrationBuilder.DropIndex(
                name: "consumer_group_plugins_ws_id_idx",
                table: "consumer_group_plugins");

            migrationBuilder.DropIndex(
                name: "consumer_group_consumers_ws_id_idx",
                table: "consumer_group_consumers");

            migrationBuilder.DropIndex(
                name: "certificates_ws_id_idx",
                table: "certificates");

            migrationBuilder.DropIndex(
                name: "basicauth_credentials_ws_id_idx",
                table: "basicauth_credentials");

            migrationBuilder.DropIndex(
                name: "acls_ws_id_idx",
                table: "acls");

            migrationBuilder.CreateIndex(
                name: "vaults_ws_id_idx",
                table: "vaults",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "upstreams_ws_id_idx",
                table: "upstreams",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "targets_ws_id_idx",
                table: "targets",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "snis_ws_id_idx",
                table: "snis",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "services_ws_id_idx",
                table: "services",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "routes_ws_id_idx",
                table: "routes",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "plugins_ws_id_idx",
                table: "plugins",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "oauth2_tokens_ws_id_idx",
                table: "oauth2_tokens",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "oauth2_credentials_ws_id_idx",
                table: "oauth2_credentials",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "oauth2_authorization_codes_ws_id_idx",
                table: "oauth2_authorization_codes",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "keys_ws_id_idx",
                table: "keys",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "keyauth_credentials_ws_id_idx",
                table: "keyauth_credentials",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "key_sets_ws_id_idx",
                table: "key_sets",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "jwt_secrets_ws_id_idx",
                table: "jwt_secrets",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "hmacauth_credentials_ws_id_idx",
                table: "hmacauth_credentials",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "consumers_ws_id_idx",
                table: "consumers",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "consumer_groups_ws_id_idx",
                table: "consumer_groups",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "consumer_group_plugins_ws_id_idx",
                table: "consumer_group_plugins",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "consumer_group_consumers_ws_id_idx",
                table: "consumer_group_consumers",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "certificates_ws_id_idx",
                table: "certificates",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "basicauth_credentials_ws_id_idx",
                table: "basicauth_credentials",
                column: "ws_id");

            migrationBuilder.CreateIndex(
                name: "acls_ws_id_idx",
                table: "acls",
                column: "ws_id");
        }
    }
}
