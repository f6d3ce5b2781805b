namespace Gateway.DataPlane.Tests.Config;

/// <summary>A clock that the test sets.</summary>
public sealed class TestTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
