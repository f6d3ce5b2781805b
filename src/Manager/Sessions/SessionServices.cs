using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Manager.Sessions;

internal static class SessionServices
{
    public const string IdClaim = "sid";
    public const string StartedClaim = "auth_time";

    public static void AddSessions(this IServiceCollection services, ManagerOptions options)
    {
        services.AddSingleton<SessionRegistry>();
        services.AddCascadingAuthenticationState();
        services.AddHttpContextAccessor();
        services.AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme).AddCookie(cookie =>
        {
            cookie.Cookie.Name = "manager-session";
            cookie.Cookie.HttpOnly = true;
            cookie.Cookie.SameSite = SameSiteMode.Strict;
            cookie.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            cookie.ExpireTimeSpan = options.SessionIdle;
            cookie.SlidingExpiration = true;
            cookie.LoginPath = "/sign-in";
            cookie.AccessDeniedPath = "/sign-in";
            cookie.ReturnUrlParameter = "returnUrl";
            cookie.TimeProvider = options.Time;
            cookie.Events.OnValidatePrincipal = ValidateAsync;
        });
        // Whatever is added later is closed until it says otherwise.
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "manager-form";
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
        });
    }

    public static ClaimsPrincipal Principal(string name, string id, DateTimeOffset started) => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.Name, name),
            new Claim(IdClaim, id),
            new Claim(StartedClaim, started.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        ],
        CookieAuthenticationDefaults.AuthenticationScheme));

    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var id = context.Principal?.FindFirstValue(IdClaim);
        var started = context.Principal?.FindFirstValue(StartedClaim);
        var registry = context.HttpContext.RequestServices.GetRequiredService<SessionRegistry>();
        if (id is null || !long.TryParse(started, CultureInfo.InvariantCulture, out var seconds) || !registry.Touch(id, DateTimeOffset.FromUnixTimeSeconds(seconds)))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync();
        }
    }
}
