using System.Text.Json.Nodes;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>What becomes of an entity.</summary>
internal enum StateAction
{
    Create,
    Update,
    Delete,
}

/// <summary>One step from the state that a gateway is in to the one that is wanted.</summary>
/// <param name="Action">What becomes of the entity.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="Title">What a person calls it.</param>
/// <param name="Current">How it is, or null when it is not there.</param>
/// <param name="Wanted">How it shall be, its references being to ids of the gateway, or null when it shall not be there.</param>
/// <param name="Differences">The fields that change.</param>
internal sealed record StateChange(
    StateAction Action, EntitySchema Kind, string Title, JsonObject? Current, JsonObject? Wanted, IReadOnlyList<FieldDifference> Differences)
{
    /// <summary>The entity, as it shall be or as it was.</summary>
    public JsonObject Row => Wanted ?? Current!;
}

/// <summary>A field that changes.</summary>
/// <param name="Path">Its path, such as <c>config.minute</c>.</param>
/// <param name="Old">Its value, or null.</param>
/// <param name="New">Its value after the change, or null.</param>
/// <param name="IsSecret">Whether the value is nobody's business.</param>
internal sealed record FieldDifference(string Path, JsonNode? Old, JsonNode? New, bool IsSecret);
