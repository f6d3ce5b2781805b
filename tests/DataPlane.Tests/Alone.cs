namespace Gateway.DataPlane.Tests;

/// <summary>Tests that look at the whole process, its memory above all, and so run when no other test does.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "Alone";
}
