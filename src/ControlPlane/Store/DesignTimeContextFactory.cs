using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Gateway.ControlPlane.Store;

/// <summary>Gives <c>dotnet ef migrations add</c> a context; it needs no database.</summary>
internal sealed class DesignTimeContextFactory : IDesignTimeDbContextFactory<GatewayDbContext>
{
    public GatewayDbContext CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<GatewayDbContext>().UseNpgsql("Host=localhost;Database=kong", Database.Configure).Options);
}
