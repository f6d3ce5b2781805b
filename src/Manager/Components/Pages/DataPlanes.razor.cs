using System.Globalization;
using Gateway.Manager.Assets;
using Gateway.Manager.Live;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Gateway.Manager.Components.Pages;

/// <summary>The data planes, as they are at this moment.</summary>
public sealed partial class DataPlanes : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _left = new();
    private DataPlanesPicture _picture = default!;
    private DataPlanesFeed.Subscription _planes = default!;
    private Task _following = Task.CompletedTask;
    private Task _pushing = Task.CompletedTask;
    private string _states = "";

    [SupplyParameterFromQuery] private string? Q { get; set; }

    [SupplyParameterFromQuery] private string? State { get; set; }

    [Inject] private DataPlanesFeed Feed { get; set; } = default!;

    [Inject] private VitalsFeed Vitals { get; set; } = default!;

    [Inject] private NavigationManager Navigation { get; set; } = default!;

    [Inject] private IJSRuntime Js { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    private IReadOnlyList<DataPlane> Rows => [.. _picture.Planes.Values.Where(Fits).OrderBy(plane => plane.Hostname, StringComparer.OrdinalIgnoreCase)];

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        Feed.StateChanged -= Refresh;
        await _left.CancelAsync();
        await Task.WhenAll(_following, _pushing);
        _planes.Dispose();
        _left.Dispose();
    }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Feed.StateChanged += Refresh;
        _planes = Feed.Subscribe();
        _picture = _planes.Snapshot;
        _following = FollowAsync();
    }

    /// <inheritdoc />
    protected override void OnAfterRender(bool firstRender)
    {
        if (firstRender)
        {
            _pushing = PushAsync();
        }
    }

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var picture in _planes.Changes.WithCancellation(_left.Token))
            {
                _picture = picture;
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (Exception exception) when (BrowserGone.Says(exception, _left.Token))
        {
            // The page was left.
        }
    }

    // Requests per second change every second: their texts are set in the browser, and rows are rendered only when a node's state changes.
    private async Task PushAsync()
    {
        using var vitals = Vitals.Subscribe();
        try
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", _left.Token, EmbeddedAssets.Url("js/frame.js"));
            await foreach (var picture in vitals.Changes.WithCancellation(_left.Token))
            {
                await module.InvokeVoidAsync("setTexts", _left.Token, _picture.Planes.Keys.ToDictionary(
                    id => $"rps-{id}", id => picture.Nodes.TryGetValue(id, out var requests) ? requests.ToString("0.#", CultureInfo.InvariantCulture) : "–"));
                var states = string.Join(',', _picture.Planes.Values.Select(plane => plane.StateAt(_picture.WantedHash, Time.GetUtcNow())));
                if (states != _states)
                {
                    _states = states;
                    await InvokeAsync(StateHasChanged);
                }
            }
        }
        catch (Exception exception) when (BrowserGone.Says(exception, _left.Token))
        {
            // The page was left, or the browser went away.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private bool Fits(DataPlane plane) =>
        (string.IsNullOrEmpty(State) || DataPlaneWords.Slug(plane.StateAt(_picture.WantedHash, Time.GetUtcNow())) == State)
        && (string.IsNullOrWhiteSpace(Q) || ((string[])[plane.Id, plane.Hostname, plane.Ip, plane.Version, .. plane.Labels]).Any(text => text.Contains(Q.Trim(), StringComparison.OrdinalIgnoreCase)));

    private void Narrow(string? q, string? state) => Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
    {
        ["q"] = string.IsNullOrEmpty(q) ? null : q,
        ["state"] = string.IsNullOrEmpty(state) ? null : state,
    }), replace: true);

    private void Refresh() => _ = InvokeAsync(StateHasChanged);
}
