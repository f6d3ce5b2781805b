using System.Collections.Concurrent;

namespace Gateway.EndToEnd;

/// <summary>A steady load on one URL that counts every answer that is not the expected one.</summary>
public sealed class Load : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private readonly Task[] _clients;
    private int _answers;

    /// <summary>Begins.</summary>
    /// <param name="http">Who asks.</param>
    /// <param name="url">What is asked for.</param>
    /// <param name="clients">How many ask at once.</param>
    /// <param name="pace">How often each asks; as fast as it can when left out.</param>
    public Load(HttpClient http, string url, int clients = 4, TimeSpan? pace = null) =>
        _clients = [.. Enumerable.Range(0, clients).Select(_ => RunAsync(http, new Uri(url), pace))];

    /// <summary>The answers until now.</summary>
    public int Answers => _answers;

    /// <summary>What went wrong until now.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Waits for so many further answers.</summary>
    public Task MoreAsync(int answers)
    {
        var until = _answers + answers;
        return Wait.UntilAsync(() => Task.FromResult(_answers >= until), $"{answers} more answers under load");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_clients);
        _stop.Dispose();
    }

    private async Task RunAsync(HttpClient http, Uri url, TimeSpan? pace)
    {
        using var timer = pace is { } period ? new PeriodicTimer(period) : null;
        while (!_stop.IsCancellationRequested)
        {
            if (timer is not null)
            {
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }

            try
            {
                using var response = await http.GetAsync(url);
                if (!response.IsSuccessStatusCode)
                {
                    _failures.Enqueue($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
                }
            }
            catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
            {
                _failures.Enqueue(exception.Message);
            }

            Interlocked.Increment(ref _answers);
        }
    }
}
