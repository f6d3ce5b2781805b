using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary><c>GET /auth</c>: whether a name and password are an administrator's.</summary>
internal sealed class AuthEndpoint(Administrators administrators, SignInThrottle throttle) : IDisposable
{
    private const int MaxName = 255;
    private readonly SemaphoreSlim _hashing = new(Math.Max(1, Environment.ProcessorCount / 2));

    private static readonly AdminAnswer _unauthorized = AdminAnswer.Problem(StatusCodes.Status401Unauthorized, "Unauthorized");

    public Resource Resource => new() { Get = AnswerAsync };

    public void Dispose() => _hashing.Dispose();

    private async Task<AdminAnswer> AnswerAsync(AdminRequest request)
    {
        if (!TryRead(request.Http.Request.Headers.Authorization, out var username, out var password))
        {
            return _unauthorized;
        }

        var address = AddressOf(request.Http);
        if (username.Length > MaxName)
        {
            return _unauthorized;
        }

        if (throttle.Begin(username, address) is var wait && wait > TimeSpan.Zero)
        {
            return TooMany(wait);
        }

        // A password costs a tenth of a second of a processor: those who try many at once must not take them all.
        if (!await _hashing.WaitAsync(TimeSpan.FromSeconds(1), request.Cancellation))
        {
            return TooMany(TimeSpan.FromSeconds(1));
        }

        try
        {
            var verified = await administrators.VerifyAsync(username, password, request.Cancellation);
            if (verified.Error is { } error)
            {
                // Nobody guessed wrong: the database was away.
                throttle.Succeeded(username, address);
                return AdminErrors.Answer(error);
            }

            if (!verified.Value)
            {
                return _unauthorized;
            }
        }
        finally
        {
            _hashing.Release();
        }

        throttle.Succeeded(username, address);
        return AdminAnswer.Ok(new JsonObject { ["username"] = username });
    }

    private static AdminAnswer TooMany(TimeSpan wait) =>
        AdminAnswer.Problem(StatusCodes.Status429TooManyRequests, "Too many failed attempts, try again later") with { RetryAfter = (int)Math.Ceiling(wait.TotalSeconds) };

    /// <summary>The client's address; the Manager, on the same machine, says for whom it asks.</summary>
    private static string AddressOf(HttpContext http)
    {
        var peer = http.Connection.RemoteIpAddress;
        return peer is not null && IPAddress.IsLoopback(peer) && http.Request.Headers["X-Forwarded-For"] is [{ Length: > 0 } client] ? client : peer?.ToString() ?? string.Empty;
    }

    private static bool TryRead(string? header, out string username, out string password)
    {
        (username, password) = (string.Empty, string.Empty);
        if (!AuthenticationHeaderValue.TryParse(header, out var value) || !value.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) || value.Parameter is null)
        {
            return false;
        }

        var bytes = new byte[value.Parameter.Length];
        if (!Convert.TryFromBase64String(value.Parameter, bytes, out var length) || Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is not [var name, var secret])
        {
            return false;
        }

        (username, password) = (name, secret);
        return true;
    }
}
