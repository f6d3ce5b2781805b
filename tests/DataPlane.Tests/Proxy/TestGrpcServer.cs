using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.DataPlane.Tests.Proxy;

/// <summary>A gRPC server on a loopback port, whose messages are plain text.</summary>
public sealed class TestGrpcServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestGrpcServer(WebApplication app) => _app = app;

    public int Port => new Uri(_app.Urls.First()).Port;

    /// <param name="certificate">Speaks TLS with it; null speaks HTTP/2 in cleartext.</param>
    public static async Task<TestGrpcServer> StartAsync(X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            if (certificate is not null)
            {
                listen.UseHttps(certificate);
            }
        }));
        builder.Services.AddRoutingCore();
        builder.Services.AddGrpc();
        var app = builder.Build();
        app.UseRouting();
        app.MapGrpcService<EchoService>();
        await app.StartAsync();
        return new TestGrpcServer(app);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}

/// <summary>The calls of <see cref="EchoService"/>.</summary>
public static class EchoCalls
{
    private static readonly Marshaller<string> _text = Marshallers.Create(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);

    /// <summary>Gives its message back; <c>fail</c> fails.</summary>
    public static Method<string, string> Echo { get; } = new(MethodType.Unary, "test.Echo", "Echo", _text, _text);

    /// <summary>Gives as many messages as its own says.</summary>
    public static Method<string, string> Count { get; } = new(MethodType.ServerStreaming, "test.Echo", "Count", _text, _text);

    /// <summary>Gives every message back when it comes.</summary>
    public static Method<string, string> Chat { get; } = new(MethodType.DuplexStreaming, "test.Echo", "Chat", _text, _text);

    /// <summary>The same call of a service that nobody offers.</summary>
    public static Method<string, string> Unknown { get; } = new(MethodType.Unary, "other.Echo", "Echo", _text, _text);
}

/// <summary>The service: what it is told, it tells.</summary>
[BindServiceMethod(typeof(EchoService), nameof(Bind))]
public class EchoService
{
    /// <summary>Ends when the server's side of a call ended, by the call's first message.</summary>
    public static ConcurrentDictionary<string, TaskCompletionSource> Ended { get; } = new();

    /// <summary>Tells the server of the methods.</summary>
    public static void Bind(ServiceBinderBase binder, EchoService? service)
    {
        binder.AddMethod(EchoCalls.Echo, service is null ? null! : service.Echo);
        binder.AddMethod(EchoCalls.Count, service is null ? null! : service.Count);
        binder.AddMethod(EchoCalls.Chat, service is null ? null! : service.Chat);
    }

    public virtual Task<string> Echo(string message, ServerCallContext context)
    {
        context.ResponseTrailers.Add("x-heard", message);
        return message is "fail" ? throw new RpcException(new Grpc.Core.Status(StatusCode.NotFound, "no such thing \u00e4")) : Task.FromResult(message);
    }

    public virtual async Task Count(string message, IServerStreamWriter<string> answers, ServerCallContext context)
    {
        for (var i = 0; i < int.Parse(message); i++)
        {
            await answers.WriteAsync(i.ToString());
        }
    }

    public virtual async Task Chat(IAsyncStreamReader<string> messages, IServerStreamWriter<string> answers, ServerCallContext context)
    {
        string? first = null;
        try
        {
            while (await messages.MoveNext(context.CancellationToken))
            {
                first ??= messages.Current;
                await answers.WriteAsync(messages.Current);
            }
        }
        finally
        {
            if (first is not null && Ended.TryGetValue(first, out var ended))
            {
                ended.TrySetResult();
            }
        }
    }
}
