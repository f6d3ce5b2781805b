using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;
using Microsoft.EntityFrameworkCore;

namespace Gateway.ControlPlane.Store.Behaviours;

/// <summary>CA certificates carry their digest, and stay as long as a service names them.</summary>
internal sealed class CaCertificateBehaviour : EntityBehaviour
{
    public override void Complete(JsonObject row) => row["cert_digest"] = CaCertificate.DigestOf(Json.String(row["cert"])!);

    public override async Task<StoreError?> DeletingAsync(StoreSession session, Guid id)
    {
        var services = session.Tables["services"];
        var user = await session.Rows(services).Where(s => EF.Property<Guid[]>(s, "ca_certificates").Contains(id))
            .Select(s => (Guid?)EF.Property<Guid>(s, "id")).FirstOrDefaultAsync(session.Cancellation);
        return user is null ? null
            : new StoreError(ErrorCode.ReferencedByOthers, "referenced by others", $"ca certificate {id} is still referenced by services (id = {user})");
    }
}
