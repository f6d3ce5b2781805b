using System.Globalization;
using System.Text;
using Gateway.Hosting.AccessLogs;

namespace Gateway.DataPlane.Streams;

/// <summary>Takes note of every stream that is over: a line each, in the form <c>basic</c> that Kong's users know.</summary>
/// <param name="lines">Where the lines go.</param>
/// <param name="time">The clock.</param>
public sealed class StreamAccessLog(LogBuffer lines, TimeProvider time)
{
    /// <summary>The name of the form: client, time, transport, status, octets to the client and from it, seconds.</summary>
    public const string Format = "basic";

    /// <summary>Adds the line of a stream.</summary>
    /// <param name="session">The stream.</param>
    internal void Write(ConnectedSession session)
    {
        var now = time.GetLocalNow();
        var offset = now.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        lines.Add(Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"{session.ClientIp} [{now:dd/MMM/yyyy:HH:mm:ss} {offset}] {(session.Protocol is "udp" ? "UDP" : "TCP")} {session.Status} {session.Sent} {session.Received} {session.Took.TotalSeconds:0.000}\n")));
    }
}
