namespace Gateway.EndToEnd;

/// <summary>What <c>./quickstart</c> starts is ended by it, wherever it is called from.</summary>
public sealed class QuickstartTests
{
    [Fact]
    public async Task Stop_FromAnotherClone_EndsWhatTheFirstOneStarted()
    {
        var quickstart = new Quickstart(12_000);
        var clone = Directory.CreateTempSubdirectory("gateway-clone-").FullName;
        try
        {
            await quickstart.InitializeAsync();
            Directory.CreateDirectory(Path.Combine(clone, "scripts"));
            foreach (var file in (string[])["quickstart", "scripts/requirements.sh", "scripts/quickstart-processes.sh"])
            {
                File.Copy(RepositoryFolder.PathOf(file), Path.Combine(clone, file));
            }

            var started = quickstart.Processes();
            started.Count.ShouldBe(3);
            started.ShouldAllBe(id => Quickstart.Runs(id));

            var (code, output) = await quickstart.RunFromAsync(Path.Combine(clone, "quickstart"), "--stop");
            code.ShouldBe(0, output);
            started.ShouldAllBe(id => !Quickstart.Runs(id));
        }
        finally
        {
            await quickstart.DisposeAsync();
            Directory.Delete(clone, recursive: true);
        }
    }
}
