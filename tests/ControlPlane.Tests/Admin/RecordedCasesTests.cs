using System.Diagnostics;
using System.Text.RegularExpressions;
using Gateway.Testing;
using Xunit.Abstractions;

namespace Gateway.ControlPlane.Tests.Admin;

public sealed partial class RecordedCasesTests(PostgresFixture postgres, ITestOutputHelper output) : IClassFixture<PostgresFixture>
{
    // docs/decisions/0004-admin-api-differences.md says why.
    private static readonly HashSet<string> _decided =
    [
        // 500 of the original, for a request that is not well formed or for one that is.
        "bodies-007", "bodies-008", "bodies-009", "bodies-010", "bodies-011", "more-paging-bodies-004", "more-paging-bodies-005",
        "services-170", "tags-pagination-058", "tags-pagination-081", "vaults-keys-030", "vaults-keys-031", "vaults-keys-032",

        // A null url, a null id, and what the server below refuses before anyone else sees it.
        "services-026", "services-175", "services-200",

        // The help texts in schemas are our own.
        "services-264", "services-265",

        // A field that this version has and the recorded one has not; a word of the other edition, and the row that is one more for it;
        // a service named in a PATCH.
        "more-plugins-013", "plugins-037", "plugins-091", "plugins-105", "plugins-073",

        // 500 of the original.
        "plugins-008",
    ];

    [SharedTheory]
    [InlineData("services")]
    [InlineData("credentials")]
    [InlineData("plugins")]
    [InlineData("plugins-minimal")]
    [InlineData("more-plugins")]
    [InlineData("more-schemas")]
    [InlineData("consumers")]
    [InlineData("bodies")]
    [InlineData("tags-pagination")]
    [InlineData("more-services")]
    [InlineData("more-route-validation")]
    [InlineData("more-paging-bodies")]
    [InlineData("vaults-keys")]
    [InlineData("more-keys-vaults")]
    public async Task Group_Replayed_DiffersOnlyWhereItMay(string group)
    {
        await using var plane = await RunningControlPlane.StartAsync(postgres);
        var start = new ProcessStartInfo("python3") { RedirectStandardOutput = true };
        string[] arguments =
        [
            "-B", SharedFolder.PathOf("tools", "replay-admin")!, SharedFolder.PathOf("kong", "cases", "admin", $"{group}.jsonl")!,
            "--admin", plane.Client.BaseAddress!.ToString(), "--show", "1000",
        ];
        arguments.ToList().ForEach(start.ArgumentList.Add);

        using var process = Process.Start(start)!;
        var report = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        output.WriteLine(report);
        Summary().IsMatch(report).ShouldBeTrue(report);
        Case().Matches(report).Select(c => c.Groups[1].Value).Except(_decided).ShouldBeEmpty(report);
    }

    [GeneratedRegex(@"equal\s+\d+ different")]
    private static partial Regex Summary();

    [GeneratedRegex(@"^  ([a-z-]+-\d+) ", RegexOptions.Multiline)]
    private static partial Regex Case();
}
