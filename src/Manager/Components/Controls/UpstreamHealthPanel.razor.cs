using Gateway.Manager.Live;
using Microsoft.AspNetCore.Components;

namespace Gateway.Manager.Components.Controls;

/// <summary>The targets of an upstream as each node sees them, live.</summary>
public sealed partial class UpstreamHealthPanel : ComponentBase, IAsyncDisposable
{
    private readonly CancellationTokenSource _left = new();
    private Task _following = Task.CompletedTask;
    private UpstreamHealth? _health;
    private string? _problem;
    private bool _away;
    private bool _ended;

    /// <summary>The upstream's id.</summary>
    [Parameter, EditorRequired] public string Upstream { get; set; } = "";

    [Inject] private UpstreamHealthWatch Watch { get; set; } = default!;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _left.CancelAsync();
        await _following;
        _left.Dispose();
    }

    /// <inheritdoc />
    protected override void OnInitialized() => _following = FollowAsync();

    private async Task FollowAsync()
    {
        try
        {
            await foreach (var health in Watch.WatchAsync(Upstream, _left.Token))
            {
                (_health, _away) = (health ?? _health, health is null);
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (OperationCanceledException)
        {
            // The page is left.
        }

        if (!_left.IsCancellationRequested)
        {
            _ended = true;
            await InvokeAsync(StateHasChanged);
        }
    }

    private async Task MarkAsync(TargetLine line, bool healthy)
    {
        var answer = await Watch.MarkAsync(Upstream, line, healthy);
        _problem = answer.Succeeded ? null : answer.Message;
        if (answer.Succeeded && _health is not null)
        {
            // Shown at once; the next look confirms it.
            _health = _health with
            {
                Nodes = [.. _health.Nodes.Select(n => n with { Lines = [.. n.Lines.Select(l => l == line ? l with { Health = healthy ? "HEALTHY" : "UNHEALTHY", Reason = "marked by hand" } : l)] })],
            };
        }
    }
}
