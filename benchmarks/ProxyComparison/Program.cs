using Gateway.ProxyComparison;

// Without an argument: the comparison. With one: a process of it.
return args switch
{
    ["echo", var port] => await Processes.EchoAsync(int.Parse(port)),
    ["yarp", var port, var upstream] => await Processes.YarpAsync(int.Parse(port), int.Parse(upstream)),
    ["gateway", var port, var upstream] => await Processes.GatewayAsync(int.Parse(port), int.Parse(upstream)),
    _ => await Comparison.RunAsync(args),
};
