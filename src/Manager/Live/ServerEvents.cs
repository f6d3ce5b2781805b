using System.Runtime.CompilerServices;
using System.Text;

namespace Gateway.Manager.Live;

/// <summary>One server-sent event.</summary>
/// <param name="Name">Its type; <c>message</c> when unnamed.</param>
/// <param name="Data">Its text.</param>
public sealed record ServerEvent(string Name, string Data);

/// <summary>Reads the event-stream format.</summary>
public static class ServerEvents
{
    /// <summary>Reads events until the stream ends.</summary>
    /// <param name="stream">The body of a <c>text/event-stream</c> answer.</param>
    /// <param name="silence">How long the stream may say nothing, not even a comment, before it counts as dead.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async IAsyncEnumerable<ServerEvent> ReadAsync(Stream stream, TimeSpan silence, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var name = "message";
        var data = new StringBuilder();
        while (await reader.ReadLineAsync(cancellation).AsTask().WaitAsync(silence, cancellation) is { } line)
        {
            if (line.Length == 0)
            {
                if (data.Length > 0)
                {
                    yield return new ServerEvent(name, data.ToString());
                }

                name = "message";
                data.Clear();
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            var field = colon < 0 ? line : line[..colon];
            var value = colon < 0 ? "" : line[(colon + 1)..].TrimStart(' ');
            if (field == "event")
            {
                name = value;
            }
            else if (field == "data")
            {
                data.Append(data.Length > 0 ? "\n" : "").Append(value);
            }
        }
    }
}
