using System.Net;

namespace Gateway.DataPlane.Tests.Proxy;

[Collection(Alone.Name)]
public sealed class LargeBodyTests
{
    private const int Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Bodies_LargeBothWays_PassThroughWithoutBeingHeld(bool isGathered)
    {
        const int size = 256 * Mebibyte;
        await using var upstream = await TestUpstream.StartAsync(async http =>
        {
            var buffer = new byte[64 * 1024];
            var seen = 0L;
            int read;
            while ((read = await http.Request.Body.ReadAsync(buffer)) > 0)
            {
                seen += read;
            }

            Array.Fill(buffer, (byte)'x');
            for (; seen > 0; seen -= buffer.Length)
            {
                await http.Response.Body.WriteAsync(buffer);
            }
        });
        var service = Some.Service(upstream.Port);
        await using var gateway = await TestGateway.StartAsync(Some.Config(service, Some.Route(service, "/") with { RequestBuffering = isGathered }));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var most = 0L;

        using var request = new HttpRequestMessage(HttpMethod.Post, "/") { Content = new PatternContent(size) };
        using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var received = 0L;
        var piece = new byte[64 * 1024];
        int count;
        while ((count = await body.ReadAsync(piece)) > 0)
        {
            piece.AsSpan(0, count).ContainsAnyExcept((byte)'x').ShouldBeFalse();
            received += count;
            if (received % (16 * Mebibyte) < count)
            {
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        received.ShouldBe(size);
        most.ShouldBeLessThan(24 * Mebibyte);
    }

    private sealed class PatternContent(int size) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var piece = new byte[64 * 1024];
            Array.Fill(piece, (byte)'x');
            for (var sent = 0; sent < size; sent += piece.Length)
            {
                await stream.WriteAsync(piece);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = size;
            return true;
        }
    }
}
