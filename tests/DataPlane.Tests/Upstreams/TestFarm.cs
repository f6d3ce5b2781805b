using System.Globalization;
using Gateway.DataPlane.Config;
using Gateway.DataPlane.Tests.Proxy;
using Gateway.Entities;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;

namespace Gateway.DataPlane.Tests.Upstreams;

/// <summary>Some upstreams that answer with the index under which they stand, behind one upstream entity.</summary>
internal sealed class TestFarm : IAsyncDisposable
{
    private readonly TestUpstream?[] _upstreams;
    private readonly RequestDelegate?[] _answers;

    private TestFarm(int count)
    {
        (_upstreams, _answers) = (new TestUpstream?[count], new RequestDelegate?[count]);
        Ports = [.. Enumerable.Range(0, count).Select(_ => FreePort.Next())];
        Id = Some.Id();
    }

    public Guid Id { get; }

    public int[] Ports { get; }

    public static async Task<TestFarm> StartAsync(int count)
    {
        var farm = new TestFarm(count);
        for (var i = 0; i < count; i++)
        {
            await farm.ReviveAsync(i);
        }

        return farm;
    }

    /// <summary>What a target answers from now on, instead of its index.</summary>
    public void Answer(int index, RequestDelegate? answer) => Volatile.Write(ref _answers[index], answer);

    public async Task KillAsync(int index)
    {
        await _upstreams[index]!.DisposeAsync();
        _upstreams[index] = null;
    }

    public async Task ReviveAsync(int index) => _upstreams[index] = await TestUpstream.StartAsync(
        http => Volatile.Read(ref _answers[index]) is { } answer ? answer(http) : NameAsync(http, index), Ports[index]);

    /// <summary>A configuration with the route <c>/</c> to a service of this upstream.</summary>
    public ConfigEntities Config(Func<Upstream, Upstream>? upstream = null, int[]? weights = null, Func<Service, Service>? service = null, params string[] paths)
    {
        var entity = new Upstream { Id = new(Id), Name = "farm.test", CreatedAt = default };
        var to = Some.Service(80, host: "farm.test");
        to = service?.Invoke(to) ?? to;
        return Some.Config(to, Some.Route(to, paths.Length > 0 ? paths : ["/"])) with
        {
            Upstreams = [upstream?.Invoke(entity) ?? entity],
            Targets = [.. Ports.Select((port, i) => new Target
            {
                Id = new(Some.Id()),
                Upstream = new(Id),
                Address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"),
                Weight = weights?[i] ?? 100,
            })],
        };
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var upstream in _upstreams)
        {
            await (upstream?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    /// <summary>Head and body in one piece: an upstream that dies leaves no half of an answer behind.</summary>
    private static Task NameAsync(HttpContext http, int index)
    {
        var name = index.ToString(CultureInfo.InvariantCulture);
        http.Response.ContentLength = name.Length;
        return http.Response.WriteAsync(name);
    }
}
