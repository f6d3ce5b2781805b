using System.Collections.Frozen;
using Gateway.DataPlane.Upstreams.Health;
using Gateway.Entities;

namespace Gateway.DataPlane.Tests.Upstreams.Health;

public sealed class PeerHealthTests
{
    [Fact]
    public void Report_FailuresUpToTheLimit_TurnTheHealthOver()
    {
        var changes = 0;
        var health = new PeerHealth(_ => changes++);
        var limits = Limits(successes: 2, http: 3, tcp: 2);

        health.Report(HealthEvent.HttpFailure, limits, "HTTP 500").ShouldBeFalse();
        health.Report(HealthEvent.TcpFailure, limits, "refused").ShouldBeFalse("each kind has a counter of its own");
        health.Report(HealthEvent.HttpFailure, limits, "HTTP 500").ShouldBeFalse();
        health.Report(HealthEvent.HttpFailure, limits, "HTTP 500").ShouldBeTrue();
        health.IsHealthy.ShouldBeFalse();
        health.Reason.ShouldBe("probe: HTTP 500, 3 in all");

        health.Report(HealthEvent.Success, limits, "HTTP 200").ShouldBeFalse();
        health.Report(HealthEvent.TcpFailure, limits, "refused").ShouldBeFalse("a failure takes the successes back");
        health.Report(HealthEvent.Success, limits, "HTTP 200").ShouldBeFalse();
        health.Report(HealthEvent.Success, limits, "HTTP 200").ShouldBeTrue();
        health.IsHealthy.ShouldBeTrue();
        changes.ShouldBe(2);
    }

    [Fact]
    public void Report_ASuccessBetweenFailures_TakesThemBack()
    {
        var health = new PeerHealth(null);
        var limits = Limits(successes: 1, http: 2);
        for (var i = 0; i < 5; i++)
        {
            health.Report(HealthEvent.HttpFailure, limits, "HTTP 500");
            health.Report(HealthEvent.Success, limits, "HTTP 200");
        }

        health.IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public void Report_ALimitOfZero_CountsForNothing()
    {
        var health = new PeerHealth(null);
        var limits = Limits(successes: 0, http: 2, timeouts: 0);
        for (var i = 0; i < 300; i++)
        {
            health.Report(HealthEvent.Timeout, limits, "timed out");
        }

        health.IsHealthy.ShouldBeTrue();
        health.Report(HealthEvent.HttpFailure, limits, "HTTP 500");
        health.Report(HealthEvent.Success, limits, "HTTP 200").ShouldBeFalse("where successes do not count they take nothing back either");
        health.Report(HealthEvent.HttpFailure, limits, "HTTP 500").ShouldBeTrue();
    }

    [Fact]
    public void Mark_ByHand_BeginsTheCountsAnew()
    {
        var health = new PeerHealth(null);
        var limits = Limits(successes: 1, http: 2);
        health.Report(HealthEvent.HttpFailure, limits, "HTTP 500");
        health.Mark(healthy: false);
        health.IsHealthy.ShouldBeFalse();
        health.Mark(healthy: true);
        health.Report(HealthEvent.HttpFailure, limits, "HTTP 500").ShouldBeFalse();
        health.IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public void Plan_OfDefaults_IsOff() => HealthPlan.Of(new Healthchecks()).ShouldBeNull();

    [Fact]
    public void Plan_OfPassiveChecks_JudgesByTheirStatuses()
    {
        var plan = HealthPlan.Of(new Healthchecks { Passive = new() { Unhealthy = new() { HttpFailures = 1 } } })!;
        plan.Passive.Judge(200).ShouldBe(HealthEvent.Success);
        plan.Passive.Judge(503).ShouldBe(HealthEvent.HttpFailure);
        plan.Passive.Judge(404).ShouldBeNull();
    }

    private static HealthLimits Limits(int successes = 0, int http = 0, int tcp = 0, int timeouts = 0) => new()
    {
        Origin = "probe",
        Successes = successes,
        HttpFailures = http,
        TcpFailures = tcp,
        Timeouts = timeouts,
        HealthyStatuses = FrozenSet<int>.Empty,
        UnhealthyStatuses = FrozenSet<int>.Empty,
    };
}
