using Gateway.Manager.AdminApi;
using Gateway.Manager.Assets;
using Gateway.Manager.Live;
using Microsoft.AspNetCore.Components;

namespace Gateway.Manager.Components.Pages;

/// <summary>One data plane: what it is, what it runs, what it refused, and what it does.</summary>
public sealed partial class DataPlanePage : ComponentBase, IAsyncDisposable
{
    // A plane whose last sign of life gets old changes its state without any news.
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(15);

    private readonly CancellationTokenSource _left = new();
    private Task _following = Task.CompletedTask;
    private DataPlaneDetail? _detail;
    private string? _problem;
    private bool _missing;
    private string? _loaded;

    /// <summary>The node's id.</summary>
    [Parameter] public string Id { get; set; } = "";

    [Inject] private AdminClient Admin { get; set; } = default!;

    [Inject] private DataPlanesFeed Feed { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _following;
        _left.Dispose();
    }

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_loaded != Id)
        {
            _loaded = Id;
            (_detail, _missing, _problem) = (null, false, null);
            await LoadAsync();
        }
    }

    /// <inheritdoc />
    protected override void OnInitialized() => _following = FollowAsync();

    private async Task LoadAsync()
    {
        var answer = await Admin.GetAsync($"clustering/data-planes/{Uri.EscapeDataString(Id)}", _left.Token);
        _missing = answer.Status is 404 or 400;
        _problem = answer.Succeeded ? null : answer.Message;
        // What was read before stays on the page while the Admin API is away.
        _detail = answer.Entity is { } row ? DataPlaneDetail.From(row) ?? _detail : _detail;
    }

    // The shared feed says when the node changed; what changed is looked up.
    private async Task FollowAsync()
    {
        try
        {
            using var planes = Feed.Subscribe();
            var before = planes.Snapshot.Planes.GetValueOrDefault(Id);
            var (wanted, looked) = (planes.Snapshot.WantedHash, Time.GetTimestamp());
            await foreach (var picture in planes.Changes.WithCancellation(_left.Token))
            {
                var plane = picture.Planes.GetValueOrDefault(Id);
                var changed = plane?.ConfigHash != before?.ConfigHash || plane?.Connected != before?.Connected || plane?.Error != before?.Error
                    || plane?.SyncStatus != before?.SyncStatus || picture.WantedHash != wanted;
                (before, wanted) = (plane, picture.WantedHash);
                if (changed || Time.GetElapsedTime(looked) > _look)
                {
                    looked = Time.GetTimestamp();
                    await LoadAsync();
                    await InvokeAsync(StateHasChanged);
                }
            }
        }
        catch (Exception exception) when (BrowserGone.Says(exception, _left.Token))
        {
            // The page was left.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private static string Short(string hash) => hash[..Math.Min(12, hash.Length)];
}
