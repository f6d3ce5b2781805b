using Gateway.Echo;

// An upstream that tells what reached it; the quickstart and the end-to-end tests proxy to it.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);

var app = builder.Build();
app.Map("/anything/{**rest}", (Delegate)Endpoints.AnythingAsync);
app.Map("/headers", (Delegate)Endpoints.Headers);
app.Map("/status/{code:int}", (Delegate)Endpoints.Status);
app.Map("/delay/{seconds:double}", (Delegate)Endpoints.DelayAsync);
app.Run();
