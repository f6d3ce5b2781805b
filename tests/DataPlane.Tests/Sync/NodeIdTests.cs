using Gateway.DataPlane.Sync;

namespace Gateway.DataPlane.Tests.Sync;

public sealed class NodeIdTests : IDisposable
{
    private readonly string _prefix = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public void Dispose()
    {
        if (Directory.Exists(_prefix))
        {
            Directory.Delete(_prefix, recursive: true);
        }
    }

    [Fact]
    public void NodeId_LoadedTwice_IsTheSame() => NodeId.LoadOrCreate(_prefix).ShouldBe(NodeId.LoadOrCreate(_prefix));

    [Fact]
    public void NodeId_FileIsNoUuid_IsReplaced()
    {
        Directory.CreateDirectory(_prefix);
        File.WriteAllText(Path.Combine(_prefix, "kong.id"), "nonsense");
        var id = NodeId.LoadOrCreate(_prefix);
        File.ReadAllText(Path.Combine(_prefix, "kong.id")).ShouldBe(id.ToString());
    }

    [Fact]
    public void NodeId_Configured_GoesBeforeTheFile()
    {
        NodeId.LoadOrCreate(_prefix);
        var configured = Guid.NewGuid();
        NodeId.LoadOrCreate(_prefix, configured).ShouldBe(configured);
    }
}
