using System.Text.Json.Nodes;
using Gateway.Manager.Live;
using Gateway.Manager.Tests.FakeAdmin;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Manager.Tests.Live;

public sealed class LiveFeedTests : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private FakeAdminApi _admin = default!;
    private RunningManager _manager = default!;

    public async Task InitializeAsync()
    {
        _admin = await FakeAdminApi.StartAsync();
        _admin.Vitals.Snapshot = new JsonObject { ["at"] = 101, ["total"] = Second(101, 7), ["points"] = new JsonArray(Second(100, 5), Second(101, 7)), ["nodes"] = new JsonArray() };
        _admin.DataPlanes.Snapshot = new JsonObject { ["data"] = new JsonArray(Plane("a", "edge-1", true, true)) };
        _manager = await RunningManager.StartAsync(_admin.Address);
    }

    public async Task DisposeAsync()
    {
        await _manager.DisposeAsync();
        await _admin.DisposeAsync();
    }

    [Fact]
    public async Task Vitals_SnapshotThenUpdate_IsOneGaplessLine()
    {
        var feed = _manager.Services.GetRequiredService<VitalsFeed>();
        await LiveAsync(feed);
        using var subscription = feed.Subscribe();
        subscription.Snapshot.Points.Select(point => point.At).ShouldBe([100L, 101L]);
        _admin.Vitals.Push(new JsonObject { ["at"] = 102, ["total"] = Second(102, 0), ["nodes"] = new JsonArray(new JsonObject { ["id"] = "a", ["requests"] = 3 }) });
        var picture = await FirstAsync(subscription.Changes);
        picture.Points[^1].ShouldBe(new VitalsPoint(102, 0, 1, 0, null, null, null, 4));
        picture.Nodes["a"].ShouldBe(3);
    }

    [Fact]
    public async Task Feeds_ManyPages_ShareOneSubscription()
    {
        var feed = _manager.Services.GetRequiredService<VitalsFeed>();
        await LiveAsync(feed);
        using var one = feed.Subscribe();
        using var two = feed.Subscribe();
        _admin.Vitals.Push(new JsonObject { ["at"] = 102, ["total"] = Second(102, 9), ["nodes"] = new JsonArray() });
        (await FirstAsync(one.Changes)).Points.Count.ShouldBe(3);
        (await FirstAsync(two.Changes)).Points.Count.ShouldBe(3);
        _admin.Vitals.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Feed_AdminApiGoesAndComesBack_KeepsWhatItHasAndConnectsAgain()
    {
        var feed = _manager.Services.GetRequiredService<DataPlanesFeed>();
        await LiveAsync(feed);
        var port = _admin.Address.Port;
        await _admin.StopAsync();
        await StateAsync(feed, FeedState.Away);
        feed.Current.Planes.Count.ShouldBe(1);

        _admin.DataPlanes.Snapshot = new JsonObject { ["data"] = new JsonArray(Plane("a", "edge-1", true, true), Plane("b", "edge-2", true, false)) };
        await _admin.ListenAsync(port);
        await LiveAsync(feed);
        feed.Current.Planes.Values.Select(plane => plane.Hostname).ShouldBe(["edge-1", "edge-2"]);
    }

    [Fact]
    public async Task DataPlanes_UpdateAndRemoval_ChangeOnlyTheseRows()
    {
        var feed = _manager.Services.GetRequiredService<DataPlanesFeed>();
        await LiveAsync(feed);
        using var subscription = feed.Subscribe();
        _admin.DataPlanes.Push(new JsonObject { ["data"] = new JsonArray(Plane("b", "edge-2", true, false)) });
        (await FirstAsync(subscription.Changes)).Planes.Keys.ShouldBe(["a", "b"]);
        _admin.DataPlanes.Push(new JsonObject { ["data"] = new JsonArray(), ["removed"] = new JsonArray("a") });
        (await FirstAsync(subscription.Changes)).Planes.Keys.ShouldBe(["b"]);
    }

    [Fact]
    public void StateAt_EveryWayToStand_IsToldApart()
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1000);
        var plane = DataPlane.From(Plane("a", "edge-1", true, true))! with { LastSeen = 990 };
        plane.StateAt(null, now).ShouldBe(SyncState.InSync);
        (plane with { InSync = false }).StateAt(null, now).ShouldBe(SyncState.Behind);
        (plane with { SyncStatus = "plugin_set_incompatible" }).StateAt(null, now).ShouldBe(SyncState.Refused);
        (plane with { Connected = false, LastSeen = 800 }).StateAt(null, now).ShouldBe(SyncState.Gone);
        (plane with { Connected = false }).StateAt(null, now).ShouldBe(SyncState.InSync, "another node may hold the connection");
        (plane with { Connected = false }).After(plane).StateAt(null, now).ShouldBe(SyncState.Gone, "the connection was seen to end");
        plane.StateAt("other", now).ShouldBe(SyncState.Behind, "a newer configuration exists");
    }

    private static JsonObject Second(long at, int requests) => new() { ["at"] = at, ["requests"] = requests, ["r4xx"] = 1, ["r5xx"] = 0, ["latency_p50_ms"] = 2.5, ["latency_p95_ms"] = 8, ["latency_p99_ms"] = 9, ["connections"] = 4 };

    private static JsonObject Plane(string id, string host, bool connected, bool inSync) => new()
    {
        ["id"] = id, ["hostname"] = host, ["ip"] = "10.0.0.1", ["version"] = "3.10.0", ["config_hash"] = new string('a', 32), ["sync_status"] = "normal",
        ["last_seen"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(), ["connected"] = connected, ["in_sync"] = inSync, ["cert_details"] = new JsonObject { ["expiry_timestamp"] = 4102444800 },
    };

    private static Task LiveAsync<TState, TChange>(LiveFeed<TState, TChange> feed) => StateAsync(feed, FeedState.Live);

    private static async Task StateAsync<TState, TChange>(LiveFeed<TState, TChange> feed, FeedState wanted)
    {
        var reached = new TaskCompletionSource();
        void Check()
        {
            if (feed.State == wanted)
            {
                reached.TrySetResult();
            }
        }

        feed.StateChanged += Check;
        Check();
        await reached.Task.WaitAsync(_patience);
        feed.StateChanged -= Check;
    }

    private static async Task<T> FirstAsync<T>(IAsyncEnumerable<T> changes)
    {
        using var limit = new CancellationTokenSource(_patience);
        await foreach (var change in changes.WithCancellation(limit.Token))
        {
            return change;
        }

        throw new TimeoutException();
    }
}
