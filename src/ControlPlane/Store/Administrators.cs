using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Those who may sign in to the Manager.</summary>
internal abstract class Administrators
{
    /// <summary>Whether the password is that person's; unknown names cost the same time.</summary>
    public abstract Task<Outcome<bool>> VerifyAsync(string username, string password, CancellationToken cancellation);

    protected static bool IsRight(string password, string? hash) => PasswordHash.Verify(password, hash ?? PasswordHash.Nobody) && hash is not null;
}

/// <summary>Those whom the database knows.</summary>
internal sealed class DatabaseAdministrators(NpgsqlDataSource source) : Administrators
{
    /// <inheritdoc/>
    public override async Task<Outcome<bool>> VerifyAsync(string username, string password, CancellationToken cancellation)
    {
        string? hash;
        try
        {
            await using var command = source.CreateCommand("SELECT password_hash FROM admins WHERE username = $1");
            command.Parameters.Add(new() { Value = username });
            hash = await command.ExecuteScalarAsync(cancellation) as string;
        }
        catch (Exception e) when (Failure.Of(e) is not null)
        {
            return StoreError.Unavailable;
        }

        return IsRight(password, hash);
    }
}

/// <summary>The one administrator of a node without a database; without a password there is none.</summary>
/// <param name="secret">The password (<c>KONG_PASSWORD</c>), or null.</param>
internal sealed class OnlyAdministrator(string? secret) : Administrators
{
    private readonly string? _hash = string.IsNullOrEmpty(secret) ? null : PasswordHash.Create(secret);

    /// <inheritdoc/>
    public override Task<Outcome<bool>> VerifyAsync(string username, string password, CancellationToken cancellation) =>
        Task.FromResult<Outcome<bool>>(IsRight(password, username == Seed.SuperAdmin ? _hash : null));
}
