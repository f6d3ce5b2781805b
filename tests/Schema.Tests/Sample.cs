using System.Text.Json.Nodes;

namespace Gateway.Schema.Tests;

/// <summary>An entity with a field of every kind.</summary>
[Entity("samples", EndpointKey = nameof(Name))]
public sealed record Sample : IDeclared<Sample>
{
    [Auto] public Id<Sample> Id { get; init; }

    [Unique] public required string Name { get; init; }

    [Within(0, 255)] public int Weight { get; init; } = 100;

    public string? Comment { get; init; }

    public SampleInner Inner { get; init; } = new();

    public IReadOnlyList<SamplePart>? Parts { get; init; }

    public IReadOnlySet<string>? Tags { get; init; }

    [Auto, Referenceable, Encrypted] public string? Secret { get; init; }

    public Id<SampleParent>? Parent { get; init; }

    static IReadOnlyList<Shorthand> IDeclared<Sample>.Shorthands =>
    [
        Shorthand.Text("url", value => new JsonObject { ["comment"] = value?.DeepClone() }),
        Shorthand.Deprecated("sample", "old", FieldType.String, "inner", "mode"),
    ];
}

[Entity("sample_parents")]
public sealed record SampleParent : IDeclared<SampleParent>
{
    [Auto] public Id<SampleParent> Id { get; init; }
}

public sealed record SampleInner
{
    public SampleMode? Mode { get; init; } = SampleMode.Fast;

    public IReadOnlyList<string> Hosts { get; init; } = [];
}

public enum SampleMode
{
    Fast,
    Safe,
}

public sealed record SamplePart
{
    [Within(0, 9)] public required int N { get; init; }
}

public sealed class WithinAttribute(double low, double high) : RuleAttribute
{
    public override IEnumerable<Rule> Rules => [new BetweenRule(low, high)];
}
