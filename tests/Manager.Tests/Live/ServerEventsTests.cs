using System.Text;
using Gateway.Manager.Live;

namespace Gateway.Manager.Tests.Live;

public sealed class ServerEventsTests
{
    [Fact]
    public async Task Read_NamesCommentsAndSeveralLines_AreTheFormats()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(": hello\n\nevent: snapshot\ndata: {\"a\":\ndata: 1}\n\ndata:x\n\nevent: lost"));
        var events = new List<ServerEvent>();
        await foreach (var message in ServerEvents.ReadAsync(stream, TimeSpan.FromSeconds(5), default))
        {
            events.Add(message);
        }

        events.ShouldBe([new ServerEvent("snapshot", "{\"a\":\n1}"), new ServerEvent("message", "x")]);
    }

    [Fact]
    public async Task Read_SilentStream_IsGivenUp()
    {
        await using var pipe = new System.IO.Pipelines.Pipe().Reader.AsStream();
        await Should.ThrowAsync<TimeoutException>(async () =>
        {
            await foreach (var _ in ServerEvents.ReadAsync(pipe, TimeSpan.FromMilliseconds(20), default))
            {
            }
        });
    }
}
