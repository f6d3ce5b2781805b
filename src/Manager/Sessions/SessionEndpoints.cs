using System.Security.Claims;
using System.Security.Cryptography;
using Gateway.Manager.AdminApi;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Logging;

namespace Gateway.Manager.Sessions;

internal static partial class SessionEndpoints
{
    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/session", SignInAsync).AllowAnonymous();
        routes.MapPost("/session/end", SignOutAsync);
        // Pages live on one long connection that renews no cookie: the browser calls this while someone is at the keyboard.
        routes.MapPost("/session/touch", () => Results.NoContent()).DisableAntiforgery();
    }

    private static async Task<IResult> SignInAsync(
        [FromForm] string? name,
        [FromForm] string? password,
        [FromForm] string? returnUrl,
        HttpContext http,
        AdminClient admin,
        SessionRegistry sessions,
        TimeProvider time,
        ILoggerFactory loggers,
        CancellationToken cancellation)
    {
        var target = LocalPath.OrHome(returnUrl);
        name = name?.Trim();
        var status = string.IsNullOrEmpty(name) || string.IsNullOrEmpty(password) ? 401 : await admin.CheckAsync(name, password, http.Connection.RemoteIpAddress, cancellation);
        if (status is not StatusCodes.Status200OK)
        {
            Log.SignInRefused(loggers.CreateLogger("Gateway.Manager.Sessions"), status, http.Connection.RemoteIpAddress?.ToString());
            return Results.Redirect(QueryHelpers.AddQueryString("/sign-in", new Dictionary<string, string?>
            {
                ["problem"] = status switch { 401 or 403 => "credentials", 429 => "throttled", 404 => "unsupported", _ => "away" },
                ["returnUrl"] = target == "/" ? null : target,
            }));
        }

        var started = time.GetUtcNow();
        var id = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
        sessions.Touch(id, started);
        await http.SignInAsync(SessionServices.Principal(name!, id, started), new AuthenticationProperties { IsPersistent = false });
        return Results.Redirect(target);
    }

    private static async Task<IResult> SignOutAsync([FromForm] string? reason, HttpContext http, SessionRegistry sessions)
    {
        if (http.User.FindFirstValue(SessionServices.IdClaim) is { } id)
        {
            sessions.End(id);
        }

        await http.SignOutAsync();
        return Results.Redirect(reason is "idle" ? "/sign-in?problem=ended" : "/sign-in?problem=signed-out");
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A sign-in from {Address} was refused: the Admin API answered {Status}")]
        public static partial void SignInRefused(ILogger logger, int status, string? address);
    }
}
