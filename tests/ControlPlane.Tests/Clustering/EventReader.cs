using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>Reads server-sent events.</summary>
internal sealed class EventReader(HttpResponseMessage response, StreamReader reader) : IDisposable
{
    private readonly CancellationTokenSource _patience = new(Wait.Patience);

    public static async Task<EventReader> OpenAsync(HttpClient client, string path)
    {
        var response = await client.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("text/event-stream");
        return new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    public async Task<(string Name, JsonNode Data)> NextAsync()
    {
        var name = "";
        while (await reader.ReadLineAsync(_patience.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
            {
                name = line[7..];
            }
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
            {
                return (name, JsonNode.Parse(line[6..])!);
            }
        }

        throw new EndOfStreamException("the feed ended");
    }

    /// <summary>Reads updates until one fits.</summary>
    public async Task<JsonNode> UntilAsync(Func<JsonNode, bool> fits)
    {
        while (true)
        {
            var (_, data) = await NextAsync();
            if (fits(data))
            {
                return data;
            }
        }
    }

    public void Dispose()
    {
        reader.Dispose();
        response.Dispose();
        _patience.Dispose();
    }
}
