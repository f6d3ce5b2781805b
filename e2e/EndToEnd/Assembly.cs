// Each test runs a whole platform: several at once would measure the machine.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
