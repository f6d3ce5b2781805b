namespace Gateway.EndToEnd;

/// <summary>One platform for tests that only look.</summary>
public sealed class SharedPlatform : IAsyncLifetime
{
    /// <summary>The platform, with a service and a route.</summary>
    public Platform Platform { get; private set; } = null!;

    /// <summary>The service's id.</summary>
    public string ServiceId { get; private set; } = string.Empty;

    public async Task InitializeAsync()
    {
        Platform = await Platform.StartAsync();
        ServiceId = (string)(await Platform.PostAsync("/services", 201, ("name", "orders"), ("url", Platform.EchoUrl)))["id"]!;
        await Platform.PostAsync("/services/orders/routes", 201, ("name", "orders-v1"), ("paths", "/orders"));
        await Platform.WaitForProxyAsync("/orders/anything", 200);
    }

    public async Task DisposeAsync() => await Platform.DisposeAsync();
}
