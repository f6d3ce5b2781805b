using Gateway.PluginSdk.Batching;

namespace Gateway.Plugins.Tests.HttpLog;

/// <summary>What configurations that were written before queues had settings of their own still say.</summary>
public sealed class OlderQueueNamesTests
{
    [Theory]
    [InlineData(null, null, 5, 7.0)]
    [InlineData(1, 2.0, 5, 7.0)]
    [InlineData(20, null, 20, 7.0)]
    [InlineData(null, 0.5, 5, 0.5)]
    [InlineData(-3, -1.0, 1, 0.0)]
    public void Queue_OfAnOlderConfiguration_TakesWhatIsNotItsFormerDefault(int? size, double? timeout, int batch, double delay)
    {
        var queue = new QueueSettings { MaxBatchSize = 5, MaxCoalescingDelay = 7, MaxEntries = 9 }.Or(size, timeout);

        (queue.MaxBatchSize, queue.MaxCoalescingDelay, queue.MaxEntries).ShouldBe((batch, delay, 9));
    }
}
