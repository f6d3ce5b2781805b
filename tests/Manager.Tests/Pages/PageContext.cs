using Bunit;
using Gateway.Manager.AdminApi;
using Gateway.Manager.Components.Pages;
using Gateway.Manager.Forms;
using Gateway.Manager.Live;
using Gateway.Manager.Tests.FakeAdmin;
using Microsoft.Extensions.DependencyInjection;
using Radzen;

namespace Gateway.Manager.Tests.Pages;

/// <summary>Pages without a browser, against a real Admin API double.</summary>
public abstract class PageContext : IAsyncLifetime
{
    internal BunitContext Browser { get; } = new();

    internal FakeAdminApi Admin { get; private set; } = default!;

    public async Task InitializeAsync()
    {
        Admin = await FakeAdminApi.StartAsync();
        var options = new ManagerOptions { Listeners = [], AdminApiUrl = Admin.Address, KeyFolder = "unused" };
        Browser.JSInterop.Mode = JSRuntimeMode.Loose;
        Browser.Services.AddSingleton(options);
        Browser.Services.AddSingleton(TimeProvider.System);
        Browser.Services.AddAdminClient(options);
        Browser.Services.AddForms();
        Browser.Services.AddSingleton<VitalsFeed>();
        Browser.Services.AddSingleton<DataPlanesFeed>();
        Browser.Services.AddScoped<UpstreamHealthWatch>();
        Browser.Services.AddSingleton<TrafficSource>();
        Browser.Services.AddSingleton<RequestTail>();
        Browser.Services.AddRadzenComponents();
    }

    public async Task DisposeAsync()
    {
        await Browser.DisposeAsync();
        await Admin.DisposeAsync();
    }
}
