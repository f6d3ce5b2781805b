using System.Globalization;
using Gateway.Manager.Assets;
using Gateway.Manager.Forms;
using Gateway.Manager.Live;
using Microsoft.AspNetCore.Components;

namespace Gateway.Manager.Components.Controls;

/// <summary>Requests that data planes picked, as they come.</summary>
public sealed partial class RequestTailPanel : ComponentBase, IAsyncDisposable
{
    private const int Most = 60;

    // More rows a second than this nobody reads, and every row is rendered.
    private static readonly TimeSpan _pace = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource _left = new();
    private readonly List<(long Key, SampledRequest Request)> _rows = [];
    private IReadOnlyList<(long Key, SampledRequest Request)>? _frozen;
    private Task _following = Task.CompletedTask;
    private long _count;
    private bool _away;
    private bool _ended;
    private bool _paused;

    /// <summary>The query of the stream, such as <c>service=5f0c...</c>; a new one needs a new panel.</summary>
    [Parameter] public string Filter { get; set; } = "";

    /// <summary>What a row must contain, or empty.</summary>
    [Parameter] public string? Words { get; set; }

    [Inject] private RequestTail Tail { get; set; } = default!;

    [Inject] private EntityNames Names { get; set; } = default!;

    [Inject] private TimeProvider Time { get; set; } = default!;

    private IReadOnlyList<(long Key, SampledRequest Request)> Shown
    {
        get
        {
            _frozen = _paused ? _frozen ?? [.. _rows] : null;
            return [.. (_frozen ?? _rows).Where(r => Fits(r.Request))];
        }
    }

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
            await foreach (var picked in Tail.WatchAsync(Filter, _left.Token))
            {
                _away = picked is null;
                foreach (var request in picked ?? [])
                {
                    _rows.Insert(0, (_count++, request));
                }

                _rows.RemoveRange(Math.Min(Most, _rows.Count), Math.Max(0, _rows.Count - Most));
                await Names.LoadAsync(
                    _rows.SelectMany(r => new[] { ("routes", r.Request.Route), ("consumers", r.Request.Consumer) }).Where(r => r.Item2 is not null).Select(r => (r.Item1, r.Item2!)), _left.Token);
                if (!_paused)
                {
                    await InvokeAsync(StateHasChanged);
                }

                await Task.Delay(_pace, Time, _left.Token);
            }

            _ended = !_left.IsCancellationRequested;
            await InvokeAsync(StateHasChanged);
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

    private bool Fits(SampledRequest request) => string.IsNullOrWhiteSpace(Words)
        || ((string[])[request.Method, request.Target, request.AskedHost, request.Client, request.Host, request.Id, request.Status.ToString(CultureInfo.InvariantCulture)])
            .Any(text => text.Contains(Words.Trim(), StringComparison.OrdinalIgnoreCase));

    private static string Style(int status) => status switch { >= 500 => "bad", >= 400 => "warn", >= 300 => "quiet", _ => "good" };

    private static string Milliseconds(double value) => value.ToString(value < 1 ? "0.00" : value < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) + " ms";

    private static string Phases(SampledRequest request) =>
        $"gateway {(request.Gateway is { } gateway ? Milliseconds(gateway) : "–")}, upstream {(request.Upstream is { } upstream ? Milliseconds(upstream) : "–")}, in all {Milliseconds(request.Latency)}";

    private static string Share(double? part, SampledRequest request) =>
        (request.Latency > 0 ? Math.Clamp(100 * (part ?? 0) / request.Latency, 0, 100) : 0).ToString("0.#", CultureInfo.InvariantCulture);
}
