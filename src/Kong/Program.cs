using Gateway.Kong.Commands;

return await KongCommand.RunAsync(args, CommandContext.OfProcess());
