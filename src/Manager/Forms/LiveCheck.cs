using System.Text.Json.Nodes;
using Gateway.Manager.AdminApi;

namespace Gateway.Manager.Forms;

/// <summary>Judges an entity while it is typed, by the rules that the Admin API will judge it by when it is saved.</summary>
public sealed class LiveCheck(AdminClient admin) : IDisposable
{
    // Between two words of a fast typist.
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(300);

    private readonly HashSet<string> _touched = [];
    private CancellationTokenSource _check = new();

    /// <summary>Notes fields whose problems may be shown; nobody is blamed for what they have not filled in yet.</summary>
    public void Touch(params IEnumerable<string> fields) => _touched.UnionWith(fields);

    /// <summary>Forgets everything, for another entity.</summary>
    public void Reset()
    {
        _check.Cancel();
        _touched.Clear();
    }

    /// <inheritdoc />
    public void Dispose() => _check.Dispose();

    /// <summary>The problems of the touched fields; null when a newer check runs, or the Admin API does not judge.</summary>
    /// <param name="schema">The schema.</param>
    /// <param name="entity">The entity as filled in so far.</param>
    public async Task<FieldProblems?> CheckAsync(EntitySchema schema, JsonObject entity)
    {
        await _check.CancelAsync();
        _check = new CancellationTokenSource();
        try
        {
            await Task.Delay(_pause, _check.Token);
            var answer = await admin.SendAsync(HttpMethod.Post, $"schemas/{schema.Name}/validate", FormDocument.WithoutNulls(entity), _check.Token);
            return answer.Succeeded ? FieldProblems.None : answer.Fields is null ? null : FieldProblems.From(answer).Only(_touched);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }
}
