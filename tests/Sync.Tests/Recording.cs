using System.Text.Json;
using Gateway.Testing;

namespace Gateway.Sync.Tests;

/// <summary>What original planes said to each other, and tables of what they decide.</summary>
internal static class Recording
{
    public static IReadOnlyList<JsonElement> Lines(params string[] path) =>
        [.. File.ReadLines(SharedFolder.PathOf(["kong", "cases", .. path])!).Where(l => l.Length > 0).Select(l => JsonElement.Parse(l))];

    public static IReadOnlyList<JsonElement> Frames() => [.. Lines("hybrid", "wire-v1.jsonl").Where(l => l.TryGetProperty("op", out _))];

    public static IEnumerable<JsonElement> Pushes() =>
        Frames().Where(f => Text(f, "op") == "binary" && Text(f, "dir") == "CP->DP").Select(f => JsonElement.Parse(Text(f, "payload")));

    public static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;
}
