namespace Gateway.DataPlane.Config;

/// <summary>What became of an attempt to compile a configuration.</summary>
public abstract record CompileResult
{
    private CompileResult()
    {
    }

    /// <summary>It compiled, and waits to be used.</summary>
    /// <param name="Use">Puts it to use; called once, after the configuration is safe on disk, and never when that fails. It must not fail.</param>
    public sealed record Compiled(Action Use) : CompileResult;

    /// <summary>It does not compile.</summary>
    /// <param name="Message">What is wrong.</param>
    /// <param name="Entity">The collection of the entity that is wrong, such as <c>routes</c>, or null.</param>
    /// <param name="Id">The id of the entity that is wrong, or null.</param>
    /// <param name="Field">The field that is wrong, or null.</param>
    public sealed record Failed(string Message, string? Entity = null, Guid? Id = null, string? Field = null) : CompileResult;
}
