using Gateway.PluginSdk;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Gateway.Plugins.Common.Redis;

/// <summary>One connection to one server, which all requests share; it comes back by itself, and while it is gone commands fail at once.</summary>
internal sealed partial class RedisConnection : IDisposable
{
    // What the server must allow the user; without INFO, CONFIG and the like it may be a proxy, or have narrow rights.
    private static readonly CommandMap _commands = CommandMap.Create(["AUTH", "SELECT", "PING", "EVAL", "MGET"], available: true);

    private readonly RedisServer _server;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly TimeSpan _patience;
    private readonly Outage _outage;
    private readonly Lazy<Task<ConnectionMultiplexer>> _connection;
    private long _lastUse;
    private string? _complaint;

    public RedisConnection(RedisServer server, OutgoingTls outgoing, TimeProvider time, ILogger logger)
    {
        (_server, _time, _logger) = (server, time, logger);
        _patience = TimeSpan.FromMilliseconds(server.Timeout is > 0 and var timeout ? timeout : 2_000);
        _outage = new Outage(AskAsync, Note, time);
        var options = Options(server, outgoing, _patience);

        // On the pool: the thread of an event loop has other things to do.
        _connection = new(() => Task.Run(() => ConnectionMultiplexer.ConnectAsync(options)));
        _lastUse = time.GetTimestamp();
    }

    /// <summary>How long nobody has sent a command.</summary>
    public TimeSpan Unused => _time.GetElapsedTime(Volatile.Read(ref _lastUse));

    /// <summary>Sends a command; the answer is there when the server's patience is over, and at once while the server is known to be down.</summary>
    /// <typeparam name="T">What the server answers.</typeparam>
    /// <param name="command">The command.</param>
    public async ValueTask<RedisReply<T>> SendAsync<T>(Func<IDatabase, Task<T>> command)
    {
        Volatile.Write(ref _lastUse, _time.GetTimestamp());
        if (_outage.Reason is { } known)
        {
            return new(default, known, WasTried: false);
        }

        try
        {
            return new(await TryAsync(command).WaitAsync(_patience, _time), null, WasTried: true);
        }
        catch (RedisServerException refusal)
        {
            // It is there, and does not want to: there is nothing to wait for.
            if (Interlocked.Exchange(ref _complaint, refusal.Message) != refusal.Message)
            {
                Log.Refuses(_logger, _server.Host, _server.Port, refusal.Message);
            }

            return new(default, refusal.Message, WasTried: false);
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            var reason = Reason(failure);
            _outage.Begin(reason);
            var wasSent = failure is not RedisConnectionException { FailureType: ConnectionFailureType.UnableToConnect or ConnectionFailureType.UnableToResolvePhysicalConnection };
            return new(default, reason, wasSent);
        }
    }

    public void Dispose()
    {
        _outage.Dispose();
        if (_connection.IsValueCreated)
        {
            _ = CloseAsync();
        }
    }

    private async Task<T> TryAsync<T>(Func<IDatabase, Task<T>> command) => await command((await _connection.Value).GetDatabase());

    private async Task<string?> AskAsync()
    {
        try
        {
            await TryAsync(static database => database.PingAsync()).WaitAsync(_patience, _time);
            return null;
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            return Reason(failure);
        }
    }

    private async Task CloseAsync()
    {
        try
        {
            await (await _connection.Value).DisposeAsync();
        }
        catch (Exception failure) when (failure is RedisException or TimeoutException or ObjectDisposedException)
        {
            // It was broken already.
        }
    }

    private void Note(string? reason)
    {
        if (reason is null)
        {
            Log.IsBack(_logger, _server.Host, _server.Port);
        }
        else
        {
            Log.IsDown(_logger, _server.Host, _server.Port, reason);
        }
    }

    private string Reason(Exception failure) =>
        failure is TimeoutException ? $"no answer within {_patience.TotalMilliseconds:0} ms" : failure.GetBaseException().Message.Split(", ")[0];

    private static ConfigurationOptions Options(RedisServer server, OutgoingTls outgoing, TimeSpan patience)
    {
        var milliseconds = (int)patience.TotalMilliseconds;
        var options = new ConfigurationOptions
        {
            EndPoints = { { server.Host!, server.Port ?? 6379 } },
            DefaultDatabase = server.Database ?? 0,
            ConnectTimeout = milliseconds,
            AsyncTimeout = milliseconds,
            SyncTimeout = milliseconds,
            ConnectRetry = 1,
            HeartbeatInterval = TimeSpan.FromMilliseconds(500),
            ReconnectRetryPolicy = new LinearRetry(500),
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            Protocol = RedisProtocol.Resp2,
            CommandMap = _commands,
            TieBreaker = string.Empty,
            ConfigurationChannel = string.Empty,
            HighIntegrity = false,
        };
        if (!string.IsNullOrEmpty(server.Password))
        {
            (options.User, options.Password) = (string.IsNullOrEmpty(server.Username) ? null : server.Username, server.Password);
        }

        if (server.Ssl is true)
        {
            var tls = outgoing.Create(server.ServerName ?? server.Host);
            if (server.SslVerify is not true)
            {
#pragma warning disable CA5359 // The configuration says so, which is Kong's default.
                tls.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
            }

            options.Ssl = true;
            options.SslHost = tls.TargetHost;
            options.SslClientAuthenticationOptions = _ => tls;
        }

        return options;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "Redis {Host}:{Port} cannot be used: {Reason}; it is asked again until it answers")]
        public static partial void IsDown(ILogger logger, string? host, int? port, string reason);

        [LoggerMessage(LogLevel.Information, "Redis {Host}:{Port} answers again")]
        public static partial void IsBack(ILogger logger, string? host, int? port);

        [LoggerMessage(LogLevel.Error, "Redis {Host}:{Port} refuses: {Reason}")]
        public static partial void Refuses(ILogger logger, string? host, int? port, string reason);
    }
}
