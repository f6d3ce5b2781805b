using System.Text.Json.Nodes;

namespace Gateway.Manager.AdminApi;

/// <summary>What the Admin API answered, or that it could not be reached; failures are values.</summary>
/// <param name="Status">The HTTP status, or 0 when no answer came.</param>
/// <param name="Body">The JSON of the answer, if it had any.</param>
public sealed record AdminAnswer(int Status, JsonNode? Body)
{
    /// <summary>Whether the Admin API did what was asked.</summary>
    public bool Succeeded => Status is >= 200 and < 300;

    /// <summary>Whether nobody answered, or somebody who cannot work now (503): asking again later may help.</summary>
    public bool Away => Status is 0 or 502 or 503 or 504;

    /// <summary>The entity of the answer.</summary>
    public JsonObject? Entity => Succeeded ? Body as JsonObject : null;

    /// <summary>The violations by field, as the Admin API mirrors the entity in <c>fields</c>.</summary>
    public JsonObject? Fields => Succeeded ? null : Body?["fields"] as JsonObject;

    /// <summary>What went wrong, in words for a person.</summary>
    public string Message => Status switch
    {
        0 => "The Admin API cannot be reached.",
        _ when Body?["message"] is JsonValue text && text.TryGetValue<string>(out var message) => message,
        404 => "Not found.",
        _ => $"The Admin API answered with status {Status}.",
    };
}
