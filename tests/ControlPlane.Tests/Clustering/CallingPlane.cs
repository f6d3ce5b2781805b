using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Sync;
using Gateway.Sync.Rpc;

namespace Gateway.ControlPlane.Tests.Clustering;

/// <summary>A data plane made by hand, message by message, that speaks by remote calls.</summary>
internal sealed class CallingPlane(RawPlane plane) : IAsyncDisposable
{
    private int _id = -1;

    public JsonObject Answer { get; private set; } = [];

    public static Task<CallingPlane> ConnectAsync(string endpoint, X509Certificate2 certificate, Guid id, string version = "3.10.0", params string[] extensions) =>
        ConnectAsync(endpoint, certificate, new RpcHello { NodeId = id.ToString(), Version = version, Hostname = "raw", Capabilities = [SyncMethods.Sync], Extensions = extensions });

    public static async Task<CallingPlane> ConnectAsync(string endpoint, X509Certificate2 certificate, RpcHello hello)
    {
        var plane = await RawPlane.DialAsync(endpoint, certificate);
        (await WebSocketHandshake.ConnectAsync(plane.Stream, "cp", "/v2/outlet", default, RpcHello.Protocol)).Accepted.ShouldBeTrue();
        var calling = new CallingPlane(plane);
        await plane.Frames.WriteAsync(WebSocketOpcode.Binary, hello.ToMessage(), default);
        calling.Answer = (JsonObject)JsonNode.Parse((await plane.ReceiveAsync()).ShouldNotBeNull().Payload.Span)!;
        return calling;
    }

    public async Task SendAsync(string json) => await plane.Frames.WriteAsync(WebSocketOpcode.Binary, SnappyBlock.Pack(Encoding.UTF8.GetBytes(json)), default);

    public async Task<JsonObject> ReceiveAsync()
    {
        var frame = (await plane.ReceiveAsync()).ShouldNotBeNull();
        frame.Opcode.ShouldBe(WebSocketOpcode.Binary);
        return (JsonObject)JsonNode.Parse(SnappyBlock.Unpack(frame.Payload.Span, 1 << 26).ShouldNotBeNull())!;
    }

    /// <summary>Asks what is new since a version; notifications that come between are answered and returned.</summary>
    public Task<(JsonObject Result, List<string> Told)> GetDeltaAsync(string version) => GetDeltaAsync(JsonValue.Create(version));

    /// <summary>Asks what is new since a version, which planes of 3.9 write as a number.</summary>
    public async Task<(JsonObject Result, List<string> Told)> GetDeltaAsync(JsonNode version)
    {
        var id = ++_id;
        await SendAsync($"{{\"jsonrpc\":\"2.0\",\"method\":\"kong.sync.v2.get_delta\",\"id\":{id},\"params\":[{{\"default\":{{\"version\":{version.ToJsonString()}}}}}]}}");
        var told = new List<string>();
        while (true)
        {
            var message = await ReceiveAsync();
            if (message["method"] is null)
            {
                ((int)message["id"]!).ShouldBe(id);
                return ((JsonObject)message["result"]!["default"]!, told);
            }

            told.Add(await AcknowledgeAsync(message));
        }
    }

    /// <summary>Waits until it is told of a new version, and says that it heard.</summary>
    public async Task<string> HearAsync() => await AcknowledgeAsync(await ReceiveAsync());

    public ValueTask DisposeAsync() => plane.DisposeAsync();

    private async Task<string> AcknowledgeAsync(JsonObject message)
    {
        ((string)message["method"]!).ShouldBe("kong.sync.v2.notify_new_version");
        await SendAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{message["id"]},\"result\":true}}");
        return message["params"]![0]!["default"]!["new_version"]!.ToString();
    }
}
