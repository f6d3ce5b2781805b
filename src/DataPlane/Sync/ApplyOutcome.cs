namespace Gateway.DataPlane.Sync;

/// <summary>What became of a configuration that the control plane pushed.</summary>
public abstract record ApplyOutcome
{
    private ApplyOutcome()
    {
    }

    /// <summary>It is in use now.</summary>
    public sealed record Applied : ApplyOutcome
    {
        /// <summary>The only value.</summary>
        public static Applied Instance { get; } = new();
    }

    /// <summary>It was in use already.</summary>
    public sealed record Unchanged : ApplyOutcome
    {
        /// <summary>The only value.</summary>
        public static Unchanged Instance { get; } = new();
    }

    /// <summary>It cannot be used; the former one stays in use.</summary>
    /// <param name="Message">What is wrong.</param>
    /// <param name="Entity">The entity that is wrong, such as <c>routes 5f0c...</c>; null when the document as a whole is.</param>
    /// <param name="Field">The field that is wrong, or null.</param>
    public sealed record Rejected(string Message, string? Entity = null, string? Field = null) : ApplyOutcome;
}
