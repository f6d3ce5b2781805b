using System.Text.Json.Nodes;
using Gateway.Entities;
using Gateway.Schema;

namespace Gateway.Kong.Configuration;

/// <summary>Takes a gateway through the steps to another state: in one transaction where the Admin API has batches and the steps fit, one by one otherwise.</summary>
/// <param name="client">The Admin API.</param>
/// <param name="catalog">All kinds.</param>
/// <param name="atOnce">How many requests are under way at the same time where the order does not matter.</param>
/// <param name="progress">Is told, after each part, how many steps are done.</param>
internal sealed class ChangeApplier(AdminApiClient client, EntityCatalog catalog, int atOnce, Action<int> progress)
{
    private const int MaxOperations = 5000;
    private const int OperationsOfAPart = 1000;
    private const int MaxBytes = 8_000_000;
    private const string Batch = "/batch";

    private int _made;

    /// <summary>How many steps the gateway has confirmed.</summary>
    public int Made => _made;

    /// <summary>Whether the Admin API takes batches; without, hashed passwords cannot be carried over.</summary>
    public async Task<bool> HasBatchesAsync(CancellationToken cancellation) =>
        (await client.SendAsync(HttpMethod.Options, Batch, null, cancellation)) is { Succeeded: true } answer && answer.Allow.Contains("POST");

    /// <summary>Takes the steps; the answer is what was refused, in words.</summary>
    /// <param name="changes">The steps, in order.</param>
    /// <param name="transform">Whether passwords are sent as they are typed, and not as they are kept.</param>
    /// <param name="cancellation">Ends the work between two parts.</param>
    public async Task<IReadOnlyList<string>> ApplyAsync(IReadOnlyList<StateChange> changes, bool transform, CancellationToken cancellation) =>
        await HasBatchesAsync(cancellation) ? await InBatchesAsync(changes, transform, cancellation) : await OneByOneAsync(changes, cancellation);

    private async Task<IReadOnlyList<string>> InBatchesAsync(IReadOnlyList<StateChange> changes, bool transform, CancellationToken cancellation)
    {
        // What does not go in one transaction goes in small ones, which tell sooner how far it is.
        var most = changes.Count > MaxOperations ? OperationsOfAPart : MaxOperations;
        var start = 0;
        while (start < changes.Count)
        {
            var operations = new JsonArray();
            var bytes = 0;
            foreach (var change in changes.Skip(start).Take(most))
            {
                var (method, path, body) = Request(change);
                var operation = new JsonObject { ["method"] = method.Method, ["path"] = path, ["body"] = body };
                bytes += operation.ToJsonString(Wire.Options).Length;
                if (operations.Count > 0 && bytes > MaxBytes)
                {
                    break;
                }

                operations.Add((JsonNode)operation);
            }

            // Refused as a whole, nothing of it was written.
            var answer = await client.SendAsync(HttpMethod.Post, Batch, new JsonObject { ["transform"] = transform, ["operations"] = operations }, cancellation, again: true);
            if (!answer.Succeeded)
            {
                var errors = ((answer.Body as JsonObject)?["errors"] as JsonArray ?? []).OfType<JsonObject>()
                    .Select(e => Refused(changes[start + (int)Json.Number(e["operation"])], new AdminApiAnswer((int)Json.Number(e["status"]), e["body"]))).ToArray();
                return errors.Length > 0 ? errors : [$"{answer.Status}: {answer.Message}"];
            }

            start += operations.Count;
            progress(_made = start);
        }

        return [];
    }

    private async Task<IReadOnlyList<string>> OneByOneAsync(IReadOnlyList<StateChange> changes, CancellationToken cancellation)
    {
        var start = 0;
        while (start < changes.Count)
        {
            // Entities of one kind do not wait for each other.
            var part = changes.Skip(start).TakeWhile(c => c.Kind == changes[start].Kind && c.Action == changes[start].Action).ToArray();
            var errors = new System.Collections.Concurrent.ConcurrentQueue<string>();
            await Parallel.ForEachAsync(part, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = cancellation }, async (change, end) =>
            {
                var (method, path, body) = Request(change);
                var answer = await client.SendAsync(method, path, body, end);
                if (!answer.Succeeded)
                {
                    errors.Enqueue(Refused(change, answer));
                    return;
                }

                progress(Interlocked.Increment(ref _made));
            });
            if (!errors.IsEmpty)
            {
                return [.. errors];
            }

            start += part.Length;
        }

        return [];
    }

    private (HttpMethod Method, string Path, JsonObject? Body) Request(StateChange change)
    {
        var (kind, row) = (change.Kind, change.Row);
        var collection = StateKinds.PathOf(kind, catalog, field => GatewayState.Referred(row, field)!);
        if (kind.IsLink)
        {
            var far = kind.ForeignFields.Last().Name;
            var id = GatewayState.Referred(row, far)!;
            return change.Action is StateAction.Delete
                ? (HttpMethod.Delete, $"{collection}/{id}", null)
                : (HttpMethod.Post, collection, new JsonObject { [far[(far.LastIndexOf('_') + 1)..]] = id });
        }

        var path = $"{collection}/{GatewayState.IdOf(row)}";
        if (change.Wanted is not { } wanted)
        {
            return (HttpMethod.Delete, path, null);
        }

        var body = (JsonObject)wanted.DeepClone();
        foreach (var field in body.Select(p => p.Key).Where(f => StateKinds.IsBookkeeping(f) || kind.Field(f)?.Transient is true).ToArray())
        {
            body.Remove(field);
        }

        if (change.Current?["created_at"] is { } created)
        {
            body["created_at"] = created.DeepClone();
        }

        if (change.Action is StateAction.Create && !kind.TopLevel)
        {
            // Below a parent, PUT changes what is there and makes nothing.
            body["id"] = GatewayState.IdOf(row);
            return (HttpMethod.Post, collection, body);
        }

        return (HttpMethod.Put, path, body);
    }

    private static string Refused(StateChange change, AdminApiAnswer answer) => $"{change.Title}: {answer.Status} {answer.Message}";
}
