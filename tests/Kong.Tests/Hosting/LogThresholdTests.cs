using Gateway.Hosting.Logging;
using Gateway.Testing;
using Microsoft.Extensions.Logging;

namespace Gateway.Kong.Tests.Hosting;

public sealed class LogThresholdTests
{
    [Fact]
    public async Task Level_SetForATime_GivesWayToTheOneThatWasSetMeanwhile()
    {
        var threshold = new LogThreshold("notice");
        threshold.SetFor("debug", TimeSpan.FromMilliseconds(200));
        threshold.Set("warn");

        (threshold.Name, threshold.Level).ShouldBe(("debug", LogLevel.Debug));
        await Wait.UntilAsync(() => threshold.Name is "warn", "the time is over");
        threshold.Level.ShouldBe(LogLevel.Warning);
        threshold.Lets("Gateway.Any", LogLevel.Information).ShouldBeFalse();
    }

    [Fact]
    public void Level_SetForNoTime_IsTheSettledOne()
    {
        var threshold = new LogThreshold("notice");
        threshold.SetFor("debug", TimeSpan.FromHours(1));
        threshold.SetFor("error", TimeSpan.Zero);
        threshold.Name.ShouldBe("notice");
    }
}
