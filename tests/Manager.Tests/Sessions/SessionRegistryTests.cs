using Gateway.Manager.Sessions;

namespace Gateway.Manager.Tests.Sessions;

public sealed class SessionRegistryTests
{
    private readonly TestTime _time = new();

    [Fact]
    public void Sweep_NobodyAtTheDeskForAnHour_EndsTheSession()
    {
        using var sessions = Registry();
        var started = _time.GetUtcNow();
        sessions.Touch("a", started).ShouldBeTrue();
        var end = sessions.EndOf("a");
        _time.Advance(TimeSpan.FromMinutes(59));
        sessions.Sweep();
        end.IsCancellationRequested.ShouldBeFalse();
        _time.Advance(TimeSpan.FromMinutes(1));
        sessions.Sweep();
        end.IsCancellationRequested.ShouldBeTrue();
        sessions.Touch("a", started).ShouldBeFalse();
    }

    [Fact]
    public void Touch_EveryHalfHour_EndsAfterTheWorkingDayAllTheSame()
    {
        using var sessions = Registry();
        var started = _time.GetUtcNow();
        for (var i = 0; i < 16; i++)
        {
            sessions.Touch("a", started).ShouldBeTrue();
            _time.Advance(TimeSpan.FromMinutes(30));
        }

        sessions.Touch("a", started).ShouldBeFalse();
    }

    [Fact]
    public void EndOf_UnknownSession_IsOver()
    {
        using var sessions = Registry();
        sessions.EndOf("nobody").IsCancellationRequested.ShouldBeTrue();
    }

    private SessionRegistry Registry() => new(new ManagerOptions { Listeners = [], AdminApiUrl = new Uri("http://127.0.0.1:1"), KeyFolder = "unused", Time = _time });

    private sealed class TestTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch.AddYears(56);

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Silent();

        public void Advance(TimeSpan span) => _now += span;

        private sealed class Silent : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
