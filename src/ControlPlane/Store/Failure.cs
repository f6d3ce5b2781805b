using System.Net.Sockets;
using Npgsql;

namespace Gateway.ControlPlane.Store;

/// <summary>Tells a database that cannot serve from a fault of this program.</summary>
internal static class Failure
{
    /// <summary>The exception that says why the database cannot serve, or null when this is something else.</summary>
    /// <remarks>EF Core wraps what the driver throws, once or twice.</remarks>
    public static Exception? Of(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case PostgresException postgres:
                    return IsOutage(postgres.SqlState) ? postgres : null;
                case NpgsqlException or SocketException or TimeoutException or IOException:
                    return inner;
            }
        }

        return null;
    }

    /// <summary>What PostgreSQL itself said, or null.</summary>
    public static PostgresException? Said(Exception exception)
    {
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is PostgresException postgres)
            {
                return postgres;
            }
        }

        return null;
    }

    // Connection trouble, resources, shutdown and recovery, a wrong login, a database or tables that are not there (yet), a lock not had in time.
    private static bool IsOutage(string state) => state[..2] is "08" or "53" or "57" or "28" or "3D" or "25" or "55"
        || state is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn;
}
