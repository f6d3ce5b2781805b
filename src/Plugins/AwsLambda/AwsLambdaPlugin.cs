using Gateway.PluginSdk;

namespace Gateway.Plugins.AwsLambda;

/// <summary>Answers requests by an AWS Lambda function.</summary>
[Plugin("aws-lambda", Priority = 750)]
public sealed class AwsLambdaPlugin : IDeclaredOnly<AwsLambdaConfig>;
