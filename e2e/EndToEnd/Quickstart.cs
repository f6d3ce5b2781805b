using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Gateway.EndToEnd;

/// <summary>The platform as <c>./quickstart --detach</c> starts it, with ports and data of its own.</summary>
public sealed class Quickstart : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gateway-quickstart-").FullName;
    private readonly int _offset;

    public Quickstart()
        : this(11_000)
    {
    }

    internal Quickstart(int offset) => _offset = offset;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(10) };

    public string Admin => $"http://127.0.0.1:{8001 + _offset}";

    public string Proxy => $"http://127.0.0.1:{8000 + _offset}";

    public string Echo => $"http://127.0.0.1:{9080 + _offset}";

    /// <summary>What the script printed.</summary>
    public string Screen { get; private set; } = string.Empty;

    public async Task InitializeAsync()
    {
        var (code, output) = await RunAsync("--detach", "--port-offset", $"{_offset}");
        code.ShouldBe(0, output);
        Screen = output;
    }

    public async Task DisposeAsync()
    {
        var (code, output) = await RunAsync("--reset");
        code.ShouldBe(0, output);
        Http.Dispose();
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>The ids of the processes that the script started, PostgreSQL apart.</summary>
    public IReadOnlyList<int> Processes() =>
        [.. Directory.GetFiles(Path.Combine(_folder, "state", "run"), "*.pid").Select(f => int.Parse(File.ReadAllText(f), CultureInfo.InvariantCulture))];

    /// <summary>Whether a process runs; one that has ended and that nobody waited for does not.</summary>
    public static bool Runs(int id)
    {
        try
        {
            return !File.ReadAllText($"/proc/{id}/stat").Contains(") Z ", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Runs the script to its end.</summary>
    public Task<(int Code, string Output)> RunAsync(params string[] arguments) => RunFromAsync(RepositoryFolder.PathOf("quickstart"), arguments);

    /// <summary>Runs the script of another clone to its end, with the same state.</summary>
    public async Task<(int Code, string Output)> RunFromAsync(string script, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("KONG_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["KONG_QUICKSTART_FOLDER"] = Path.Combine(_folder, "state");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(5));
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + await errors);
    }

    public async Task<(int Status, string Body, HttpResponseMessage Response)> GetAsync(string url)
    {
        using var response = await Http.GetAsync(new Uri(url));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response);
    }

    public async Task<JsonNode> PostAsync(string path, params (string Name, string Value)[] form)
    {
        using var content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var response = await Http.PostAsync(new Uri(Admin + path), content);
        var body = await response.Content.ReadAsStringAsync();
        ((int)response.StatusCode).ShouldBe(201, $"POST {path}: {body}");
        return JsonNode.Parse(body)!;
    }

    public async Task DeleteAsync(string path)
    {
        using var response = await Http.DeleteAsync(new Uri(Admin + path));
        ((int)response.StatusCode).ShouldBe(204);
    }

    public Task WaitAsync(string url, int status, params (string Name, string Value)[] headers) => Wait.UntilAsync(
        async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            foreach (var (name, value) in headers)
            {
                request.Headers.Add(name, value);
            }

            using var response = await Http.SendAsync(request);
            return (int)response.StatusCode == status;
        },
        $"{url} answers {status}");

    public Task WaitForHeaderAsync(string url, string header) => Wait.UntilAsync(
        async () =>
        {
            using var response = await Http.GetAsync(new Uri(url));
            return response.Headers.Contains(header);
        },
        $"{url} answers with {header}");
}
