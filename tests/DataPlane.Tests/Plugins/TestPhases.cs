using System.Collections.Concurrent;
using System.Net.Security;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.PluginSdk;
using Gateway.Schema;

namespace Gateway.DataPlane.Tests.Plugins;

/// <summary>The configuration of <see cref="TestPhases"/>.</summary>
public sealed record TestPhasesConfig : IPluginConfig<TestPhasesConfig>
{
    /// <summary>What is done with whole answers: <c>shout</c>, <c>hide</c>, <c>empty</c>, <c>break</c>, or anything else for nothing.</summary>
    public string Does { get; init; } = "nothing";

    /// <summary>The server name whose clients are asked for a certificate.</summary>
    public string? Asks { get; init; }
}

/// <summary>A plugin that takes part in handshakes and in whole answers.</summary>
[Plugin("test-phases", Priority = 500)]
public sealed class TestPhases : ICertificate<TestPhasesConfig>, IResponse<TestPhasesConfig>, IHeaderFilter<TestPhasesConfig>
{
    /// <summary>The certificates that it shows, by server name.</summary>
    public static ConcurrentDictionary<string, SslStreamCertificateContext> Shown { get; } = new();

    /// <inheritdoc/>
    public ValueTask CertifyAsync(Handshake handshake, TestPhasesConfig config)
    {
        handshake.Certificate = handshake.ServerName is { } name && Shown.TryGetValue(name, out var shown) ? shown : null;
        handshake.AsksForClientCertificate = handshake.ServerName == config.Asks;
        return handshake.ServerName is "bug.test" ? throw new InvalidOperationException("a bug") : default;
    }

    /// <inheritdoc/>
    public ValueTask RespondAsync(Exchange exchange, UpstreamAnswer answer, TestPhasesConfig config)
    {
        exchange.ResponseHeaders["X-Seen"] = $"{answer.Status} {answer.Body.Length}";
        switch (config.Does)
        {
            case "shout":
                answer.Status = 203;
                answer.Body = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(answer.Body.Span).ToUpperInvariant() + "!");
                break;
            case "hide":
                exchange.Exit(451, new JsonObject { ["message"] = "hidden" });
                break;
            case "empty":
                answer.Body = default;
                break;
            case "break":
                throw new InvalidOperationException("a bug");
        }

        return default;
    }

    /// <inheritdoc/>
    public void FilterHeaders(Exchange exchange, TestPhasesConfig config) =>
        exchange.ResponseHeaders["X-Then"] = $"{exchange.Http.Response.StatusCode} {exchange.ResponseHeaders["X-Seen"]}";
}
