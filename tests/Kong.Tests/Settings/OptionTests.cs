using System.Text;
using System.Text.RegularExpressions;
using Gateway.Kong.Settings;
using Gateway.Testing;

namespace Gateway.Kong.Tests.Settings;

/// <summary>Every option of <c>kong.conf</c> works, or is told to have no meaning here: none is passed over in silence.</summary>
public sealed partial class OptionTests
{
    // Where options are judged, declared and shown, rather than read for what they do.
    private static readonly string[] _elsewhere = ["SettingCatalog", "SettingRules", "SettingsChecks", "SettingsReader", "Shown"];

    private static readonly Lazy<IReadOnlyDictionary<string, string>> _readers = new(FindReaders);

    [SharedFact]
    public void Options_OfKong_AreAllDeclared()
    {
        var rows = OptionRow().Matches(File.ReadAllText(SharedFolder.PathOf("kong", "conf.md")!)).Select(m => m.Groups["name"].Value).ToList();

        rows.Count.ShouldBeGreaterThan(200);
        rows.Where(n => SettingCatalog.Find(n) is null).ShouldBeEmpty();
    }

    [Fact]
    public void Options_DeclaredToWork_AreReadSomewhere() =>
        SettingCatalog.All.Where(s => s.Effective && ReaderOf(s) is null).Select(s => s.Name).ShouldBeEmpty("these are declared to have an effect, and nothing reads them");

    [Fact]
    public void Options_DeclaredWithoutMeaning_AreReadNowhere() =>
        SettingCatalog.All.Where(s => !s.Effective && ReaderOf(s) is not null).Select(s => $"{s.Name} in {ReaderOf(s)}").ShouldBeEmpty("these are declared to have no effect, and something reads them");

    [Fact]
    public void Options_WithoutMeaning_AreNamedInOneLine()
    {
        var without = SettingCatalog.All.Where(s => !s.Effective).ToList();
        var environment = without.ToDictionary(s => s.Variable, s => s.Default is "1" ? "2" : "1");

        var result = SettingsReader.Read(new SettingsSources(new Dictionary<string, string>(), environment, EmptyFile()));

        result.Warnings.Where(w => w.StartsWith("accepted, but without effect", StringComparison.Ordinal))
            .ShouldBe(["accepted, but without effect in this product: " + string.Join(", ", without.Select(s => s.Name).Order(StringComparer.Ordinal))]);
    }

    [Fact]
    public void Options_WithoutMeaning_AreNotNamedWhereTheyAreLeftAtTheirDefault()
    {
        var environment = SettingCatalog.All.Where(s => s is { Effective: false, Default: not null }).ToDictionary(s => s.Variable, s => s.Default!);

        SettingsReader.Read(new SettingsSources(new Dictionary<string, string>(), environment, EmptyFile())).Warnings.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("host_ports", "80:8000", "port_maps", "80:8000")]
    [InlineData("nginx_main_daemon", "off", "nginx_daemon", "off")]
    [InlineData("nginx_proxy_real_ip_header", "X-Forwarded-For", "real_ip_header", "X-Forwarded-For")]
    [InlineData("nginx_proxy_client_max_body_size", "8m", "nginx_http_client_max_body_size", "8m")]
    [InlineData("nginx_http_ssl_protocols", "TLSv1.3", "ssl_protocols", "TLSv1.3")]
    public void Option_UnderAnotherName_IsTheSame(string name, string value, string option, string expected)
    {
        var result = SettingsReader.Read(new SettingsSources(new Dictionary<string, string>(), new Dictionary<string, string> { [SettingCatalog.Find(name)!.Variable] = value }, EmptyFile()));

        result.Errors.ShouldBeEmpty();
        result.Warnings.ShouldBeEmpty();
        SettingRules.List(result.Settings!.ToShownJson()[option]!.ToJsonString().Trim('[', ']', '"').Replace("true", "on", StringComparison.Ordinal)
            .Replace("false", "off", StringComparison.Ordinal)).ShouldBe([expected]);
    }

    [Fact]
    public void Option_UnderAnotherName_IsJudgedAsTheOption() => SettingsReader.Read(new SettingsSources(
        new Dictionary<string, string>(), new Dictionary<string, string> { ["KONG_HOST_PORTS"] = "x", ["KONG_NGINX_PROXY_CLIENT_MAX_BODY_SIZE"] = "big" }, EmptyFile()))
        .Errors.ShouldBe(["invalid port mapping (`port_maps`): x", "nginx_http_client_max_body_size is not a size: 'big'"]);

    [Fact]
    public void Options_OfOtherRoles_AreNamedInOneLine()
    {
        var result = SettingsReader.Read(new SettingsSources(
            new Dictionary<string, string>(),
            new Dictionary<string, string> { ["KONG_DATABASE"] = "off", ["KONG_CLUSTER_LISTEN"] = "127.0.0.1:1", ["KONG_PG_HOST"] = "db", ["KONG_ADMIN_LISTEN"] = "127.0.0.1:2" },
            EmptyFile()));

        result.Warnings.ShouldBe(["without effect on a node of this role: cluster_listen, pg_host"]);
    }

    [Fact]
    public void Page_OfTheManual_NamesOptionsWithTheirDefaults()
    {
        var path = RepositoryFolder.PathOf("docs", "manual", "options.md");
        if (Environment.GetEnvironmentVariable("GATEWAY_WRITE_DOCS") is "1")
        {
            File.WriteAllText(path, Render());
        }

        // What is declared anew is added when the page is next written; what the page says must not be wrong.
        var page = File.ReadAllText(path);
        var rows = PageRow().Matches(page).Select(m => (Name: m.Groups["name"].Value, Default: m.Groups["default"].Value)).ToList();
        rows.Count.ShouldBeGreaterThan(90);
        rows.Where(r => SettingCatalog.Find(r.Name) is not { } setting || Default(setting) != r.Default)
            .ShouldBeEmpty("write it anew: GATEWAY_WRITE_DOCS=1 ./test Kong --filter FullyQualifiedName~OptionTests");
    }

    private static string Render()
    {
        var page = new StringBuilder("""
            # Options

            Every option of `kong.conf`; each is also an environment variable, `KONG_` and the name in capitals, and `KONG_..._FILE` names a file that holds the value.
            Stronger sources first: options of the command, the environment, `kong.conf` (`-c`, else `/etc/kong/kong.conf` or `/etc/kong.conf`), the default. A value may be a
            reference to another variable, `{vault://env/NAME}`, or to a member of the JSON in it, `{vault://env/NAME/key}`; certificates and keys are a path, PEM, or base64 of PEM.
            `kong check -vv` shows what is in force. This page is written from the declarations in `src/Kong/Settings` by `OptionTests`.

            Nodes: C control plane, D data plane, T traditional, L without a database. An option that means nothing to a node of this role is named in one line of its log.

            ## With an effect

            | option | default | nodes | what | read in |
            |---|---|---|---|---|

            """);
        foreach (var setting in SettingCatalog.All.Where(s => s.Effective))
        {
            page.Append($"| `{setting.Name}` | {Default(setting)} | {Nodes(setting.Roles)} | {Cell(Choices(setting))} | {ReaderOf(setting)} |\n");
        }

        page.Append("""

            ## Accepted, without meaning here

            They belong to nginx, to Lua, to caches of Kong's own, or to what this product does not have. A node on which one is other than its default says so in one line of its log;
            so it does of directives for nginx (`nginx_http_...`) that are not on this page.

            | option | what it is in Kong |
            |---|---|

            """);
        foreach (var setting in SettingCatalog.All.Where(s => !s.Effective))
        {
            page.Append($"| `{setting.Name}` | {Cell(setting.Description)} |\n");
        }

        return page.ToString();
    }

    private static string Default(Setting setting) => setting.Default is { } value ? $"`{Cell(value)}`" : "";

    private static string Choices(Setting setting) => setting.OneOf.Count > 0 && !setting.OneOf.All(o => setting.Description.Contains(o, StringComparison.OrdinalIgnoreCase))
        ? $"{setting.Description} One of {string.Join(", ", setting.OneOf)}." : setting.Description;

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);

    private static string Nodes(Roles roles) => string.Concat(new[] { (Roles.ControlPlane, "C"), (Roles.DataPlane, "D"), (Roles.Traditional, "T"), (Roles.DbLess, "L") }
        .Where(r => roles.HasFlag(r.Item1)).Select(r => r.Item2));

    /// <summary>The file that reads a setting, or null.</summary>
    private static string? ReaderOf(Setting setting) => setting.InsteadOf is { } other ? ReaderOf(SettingCatalog.Find(other)!) : _readers.Value.GetValueOrDefault(setting.Name)
        // A key is read with its certificate, and the templates by a loop over their forms.
        ?? (setting.Name.EndsWith("_cert_key", StringComparison.Ordinal) ? _readers.Value.GetValueOrDefault(setting.Name[..^"_key".Length]) : null)
        ?? (setting.Name.StartsWith("error_template_", StringComparison.Ordinal) ? _readers.Value.GetValueOrDefault("error_template_") : null);

    private static Dictionary<string, string> FindReaders()
    {
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        var files = new[] { "Settings", "Node" }.SelectMany(f => Directory.EnumerateFiles(RepositoryFolder.PathOf("src", "Kong", f), "*.cs"))
            .Where(f => !_elsewhere.Any(e => Path.GetFileName(f).StartsWith(e, StringComparison.Ordinal))).Order(StringComparer.Ordinal);
        foreach (var file in files)
        {
            foreach (Match literal in Literal().Matches(File.ReadAllText(file)))
            {
                found.TryAdd(literal.Groups["text"].Value, Path.GetFileName(file));
            }
        }

        return found;
    }

    private static string EmptyFile() => "/dev/null";

    [GeneratedRegex(@"^\| (?<name>[a-z_0-9]+) \| .* \| [CDTLA]+ \|", RegexOptions.Multiline)]
    private static partial Regex OptionRow();

    [GeneratedRegex(@"^\| `(?<name>[a-z_0-9]+)` \| (?<default>(?:`[^`]*`)?) \| [CDTL]+ \|", RegexOptions.Multiline)]
    private static partial Regex PageRow();

    [GeneratedRegex("\"(?<text>[a-z_0-9]+)\"")]
    private static partial Regex Literal();
}
