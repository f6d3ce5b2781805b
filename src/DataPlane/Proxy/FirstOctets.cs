using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Gateway.DataPlane.Proxy;

/// <summary>Looks at the first octets of a connection, and leaves them where they are.</summary>
internal static class FirstOctets
{
    /// <summary>Waits for them.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="patience">How long a client may send nothing that tells enough.</param>
    /// <param name="isEnough">Looks at what came until now, and says whether that is enough.</param>
    /// <returns>Whether it was; false when the connection ends before.</returns>
    public static async ValueTask<bool> LookAsync(ConnectionContext connection, TimeSpan patience, Func<ReadOnlySequence<byte>, bool> isEnough)
    {
        var input = connection.Transport.Input;
        using var limit = new CancellationTokenSource(patience);
        using var late = limit.Token.UnsafeRegister(Cancel, input);
        using var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested.UnsafeRegister(Cancel, input);
        while (true)
        {
            ReadResult read;
            try
            {
                read = await input.ReadAsync();
            }
            catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException)
            {
                return false;
            }

            if (isEnough(read.Buffer))
            {
                input.AdvanceTo(read.Buffer.Start);
                return true;
            }

            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.IsCompleted || read.IsCanceled)
            {
                return false;
            }
        }
    }

    private static void Cancel(object? input) => ((PipeReader)input!).CancelPendingRead();
}
