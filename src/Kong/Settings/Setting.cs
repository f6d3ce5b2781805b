namespace Gateway.Kong.Settings;

/// <summary>How a setting's text is read.</summary>
internal enum SettingKind
{
    Text,
    Boolean,
    Number,
    Choice,
    List,
    Listeners,
    Certificate,
    Key,
}

/// <summary>The kinds of node that a setting means something to.</summary>
[Flags]
internal enum Roles
{
    ControlPlane = 1,
    DataPlane = 2,
    Traditional = 4,
    DbLess = 8,
    Hybrid = ControlPlane | DataPlane,
    Proxying = DataPlane | Traditional | DbLess,
    Managing = ControlPlane | Traditional | DbLess,
    WithDatabase = ControlPlane | Traditional,
    DataPlaneOrTraditional = DataPlane | Traditional,
    DbLessOrDataPlane = DataPlane | DbLess,
    All = ControlPlane | DataPlane | Traditional | DbLess,
}

/// <summary>One option of <c>kong.conf</c>, declared once; its environment variable is <c>KONG_</c> and the name in capitals.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="Default">The value when nothing is given; null is unset.</param>
/// <param name="Kind">How the text is read.</param>
/// <param name="Roles">The nodes that it means something to.</param>
/// <param name="Description">One sentence for the reader of <c>kong check -vv</c>.</param>
internal sealed record Setting(string Name, string? Default, SettingKind Kind, Roles Roles, string Description)
{
    /// <summary>The allowed values of a <see cref="SettingKind.Choice"/>.</summary>
    public IReadOnlyList<string> OneOf { get; init; } = [];

    /// <summary>Whether the value is hidden in logs and in <c>GET /</c>.</summary>
    public bool Sensitive { get; init; }

    /// <summary>Whether the value changes anything; otherwise it is accepted, and named in one log line when given.</summary>
    public bool Effective { get; init; } = true;

    /// <summary>The option that this one is another name of; where both are given, see <see cref="Wins"/>.</summary>
    public string? InsteadOf { get; init; }

    /// <summary>Whether a value of this name counts although the option itself is given: a directive that is injected stands nearer to what it directs.</summary>
    public bool Wins => Name.StartsWith("nginx_", StringComparison.Ordinal);

    /// <summary>Judges a value: returns what is wrong with it, or null.</summary>
    public Func<string, string?>? Rule { get; init; }

    /// <summary>The environment variable.</summary>
    public string Variable => "KONG_" + Name.ToUpperInvariant();
}
