namespace Gateway.Testing;

/// <summary>A test that needs the folder <c>../shared</c>; it is reported as skipped, with the reason, where that is absent.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    /// <summary>Marks the test as skipped where the folder is absent.</summary>
    public SharedFactAttribute()
    {
        if (SharedFolder.Path is null)
        {
            Skip = SharedFolder.SkipReason;
        }
    }
}
