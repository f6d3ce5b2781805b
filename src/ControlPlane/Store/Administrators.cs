using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Those who may sign in to the Manager.</summary>
internal sealed class Administrators(NpgsqlDataSource source)
{
    /// <summary>Whether the password is that person's; unknown names cost the same time.</summary>
    public async Task<Outcome<bool>> VerifyAsync(string username, string password, CancellationToken cancellation)
    {
        string? hash;
        try
        {
            await using var context = Database.Context(source);
            hash = await context.Administrators.Where(a => a.Username == username).Select(a => a.PasswordHash).FirstOrDefaultAsync(cancellation);
        }
        catch (Exception e) when (Failure.Of(e) is not null)
        {
            return StoreError.Unavailable;
        }

        return PasswordHash.Verify(password, hash ?? PasswordHash.Nobody) && hash is not null;
    }
}
