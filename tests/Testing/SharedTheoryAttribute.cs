namespace Gateway.Testing;

/// <summary>A theory that needs the folder <c>../shared</c>; it is reported as skipped, with the reason, where that is absent.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    /// <summary>Marks the theory as skipped where the folder is absent.</summary>
    public SharedTheoryAttribute()
    {
        if (SharedFolder.Path is null)
        {
            Skip = SharedFolder.SkipReason;
        }
    }
}
