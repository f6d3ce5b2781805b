using System.Net;
using System.Text.RegularExpressions;
using Gateway.Hosting;
using Gateway.Manager.Tests.FakeAdmin;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Manager.Tests;

/// <summary>The whole Manager on a free port, and a browser's half of HTTP.</summary>
internal sealed partial class RunningManager : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _keys;

    private RunningManager(WebApplication app, string keys, Uri address)
    {
        (_app, _keys) = (app, keys);
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = address };
    }

    public HttpClient Http { get; }

    public CookieContainer Cookies { get; } = new();

    public IServiceProvider Services => _app.Services;

    public static async Task<RunningManager> StartAsync(Uri adminApi, Func<ManagerOptions, ManagerOptions>? change = null)
    {
        var keys = Directory.CreateTempSubdirectory("manager-keys-").FullName;
        var options = new ManagerOptions
        {
            Listeners = [new Listener(IPAddress.Loopback, 0)],
            AdminApiUrl = adminApi,
            KeyFolder = keys,
            FeedRetry = TimeSpan.FromMilliseconds(20),
            ConfigureLogging = _ => { },
        };
        var app = ManagerHost.Create(change?.Invoke(options) ?? options);
        await app.StartAsync();
        return new RunningManager(app, keys, new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()));
    }

    /// <summary>Fills in the sign-in form as a browser does.</summary>
    public async Task<HttpResponseMessage> SignInAsync(string name = FakeAdminApi.UserName, string password = FakeAdminApi.Password, string returnUrl = "/")
    {
        var page = await Http.GetStringAsync($"sign-in?returnUrl={Uri.EscapeDataString(returnUrl)}");
        return await Http.PostAsync("session", new FormUrlEncodedContent(new Dictionary<string, string>
        {
            ["__RequestVerificationToken"] = Token().Match(page).Groups[1].Value,
            ["name"] = name,
            ["password"] = password,
            ["returnUrl"] = returnUrl,
        }));
    }

    /// <summary>Posts the hidden sign-out form of the frame.</summary>
    public async Task<HttpResponseMessage> SignOutAsync()
    {
        var page = await Http.GetStringAsync("/");
        return await Http.PostAsync("session/end", new FormUrlEncodedContent(new Dictionary<string, string> { ["__RequestVerificationToken"] = Token().Match(page).Groups[1].Value }));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_keys, recursive: true);
    }

    [GeneratedRegex("__RequestVerificationToken\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
