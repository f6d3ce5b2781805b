using Gateway.Manager.AdminApi;
using Gateway.Manager.Live;
using Microsoft.AspNetCore.Components;

namespace Gateway.Manager.Components.Pages;

/// <summary>The first page: what the gateway does now, and what needs a look.</summary>
public sealed partial class Overview : ComponentBase, IDisposable
{
    private OverviewFacts? _facts;
    private AdminAnswer? _problem;

    [Inject] private OverviewReader Reader { get; set; } = default!;

    [Inject] private AdminClient Admin { get; set; } = default!;

    [Inject] private VitalsFeed Vitals { get; set; } = default!;

    private string Lead => _facts is null ? "What the gateway does now." : $"{_facts.Hostname} speaks version {_facts.Version}; its database is {(_facts.DatabaseReachable ? "reachable" : "not reachable")}.";

    /// <inheritdoc />
    public void Dispose() => Vitals.StateChanged -= Recover;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Vitals.StateChanged += Recover;
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        var (facts, problem) = await Reader.ReadAsync();
        // What was read before stays on the page while the Admin API is away.
        _facts = facts ?? _facts;
        _problem = _facts is null ? problem : null;
    }

    private void Recover() => _ = InvokeAsync(async () =>
    {
        if (Vitals.State is FeedState.Live)
        {
            await LoadAsync();
            StateHasChanged();
        }
    });
}
