namespace Gateway.PluginSdk;

/// <summary>An answer that the gateway gives by itself, instead of the upstream's.</summary>
public abstract record Answer(int Status)
{
    /// <summary>An error with a message, in the form that the request's <c>Accept</c> prefers, with the request's id.</summary>
    /// <param name="Status">The status, 400 to 599.</param>
    /// <param name="Message">The message; null for the status' own.</param>
    public sealed record Error(int Status, string? Message) : Answer(Status);

    /// <summary>A body as it stands.</summary>
    /// <param name="Status">The status, 100 to 599.</param>
    /// <param name="Body">The body's bytes.</param>
    /// <param name="ContentType">The content type; null for none.</param>
    public sealed record Content(int Status, ReadOnlyMemory<byte> Body, string? ContentType) : Answer(Status);
}
