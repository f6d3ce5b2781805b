using System.Globalization;
using Gateway.ProxyComparison;

// "yarp" and "sink" are processes of the comparison; everything else is the comparison.
return args switch
{
    ["yarp", var port, var tlsPort, var upstream, var certificate] => await BareYarp.RunAsync(Number(port), Number(tlsPort), Number(upstream), certificate),
    ["sink", var port] => await Sink.RunAsync(Number(port)),
    _ => await CompareAsync(BenchmarkOptions.Parse(args)),
};

static async Task<int> CompareAsync((BenchmarkOptions? Options, string? Complaint) parsed)
{
    if (parsed.Options is not { } options)
    {
        return Refuse(parsed.Complaint);
    }

    try
    {
        return await Comparison.RunAsync(options);
    }
    catch (Exception e) when (e is InvalidOperationException or TimeoutException or IOException or HttpRequestException)
    {
        Console.Error.WriteLine($"compare: {e.Message}");
        return 1;
    }
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

static int Refuse(string? complaint)
{
    Console.WriteLine(complaint is null ? BenchmarkOptions.Usage : $"{complaint}\n\n{BenchmarkOptions.Usage}");
    return complaint is null ? 0 : 2;
}
