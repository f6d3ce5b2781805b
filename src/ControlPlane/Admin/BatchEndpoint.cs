using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Gateway.Schema;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary><c>/batch</c>: many writes in one transaction, in their order; all of them happen, or none does and every one that failed is named.</summary>
internal sealed class BatchEndpoint(StoreRunner runner)
{
    /// <summary>The most operations of one batch.</summary>
    public const int MaxOperations = 10_000;

    // A list of errors is read by a person, who mends the first few.
    private const int MaxErrors = 100;

    private static readonly string[] _methods = ["POST", "PUT", "PATCH", "DELETE"];

    // For one operation, however many there are: a slow machine gets further, a database that does not answer gets nowhere. A client that waits no longer ends it too.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>The path's methods.</summary>
    /// <param name="paths">The paths that operations may lead to.</param>
    public Resource Resource(ResourcePaths paths) => new() { Post = request => PostAsync(paths, request) };

    private async Task<AdminAnswer> PostAsync(ResourcePaths paths, AdminRequest request)
    {
        if (request.Body["operations"] is not JsonArray { Count: > 0 } operations)
        {
            return AdminErrors.Answer(StoreError.Schema("operations", request.Body["operations"] is null or JsonArray ? Messages.Required : Messages.Expected(FieldType.Array)));
        }

        if (operations.Count > MaxOperations)
        {
            return AdminErrors.Answer(StoreError.Schema("operations", $"length must be at most {MaxOperations}"));
        }

        if (request.Body["transform"] is { } sent && Json.Boolean(sent) is null)
        {
            return AdminErrors.Answer(StoreError.Schema("transform", Messages.Expected(FieldType.Boolean)));
        }

        var parts = operations.Select(o => Read(paths, o)).ToArray();
        if (Errors(parts.Select(p => p.Refusal)) is { Count: > 0 } refused)
        {
            return Failed(refused);
        }

        List<JsonObject> errors = [];
        var answer = await runner.RunAsync<AdminAnswer>(
            async session =>
            {
                session.GoesOn = true;
                session.IsTransformed = Json.Boolean(request.Body["transform"]) is false;
                var answers = new List<AdminAnswer>();
                foreach (var part in parts)
                {
                    answers.Add(await part.Handler!(new AdminRequest(request.Http, part.Segments, part.Body) { Session = session }));
                    session.Advanced();
                    if (answers.Count(a => a.Status >= StatusCodes.Status400BadRequest) is MaxErrors)
                    {
                        break;
                    }
                }

                errors = Errors(answers);
                // Any error takes the transaction back; which one does not matter.
                return errors.Count > 0 ? StoreError.NotThere : AdminAnswer.Ok(new JsonObject { ["data"] = new JsonArray([.. answers.Select(Shown)]) });
            },
            request.Cancellation,
            _patience,
            request.Workspace);
        return answer.Error is not null && errors.Count > 0 ? Failed(errors) : AdminErrors.Answer(answer);
    }

    private static Part Read(ResourcePaths paths, JsonNode? node)
    {
        if (node is not JsonObject operation)
        {
            return Part.Refused("an operation is an object with a method, a path and, for writes, a body");
        }

        var method = Json.String(operation["method"]);
        if (method is null || !_methods.Contains(method))
        {
            return Part.Refused($"method: expected one of: {string.Join(", ", _methods)}");
        }

        if (Json.String(operation["path"]) is not { } path || paths.Find(path) is not var (resource, segments))
        {
            return Part.Refused("path: not the path of an entity that can be written in a batch", StatusCodes.Status404NotFound);
        }

        if (resource.Before is not null || resource.Of(method) is not { } handler)
        {
            return new Part { Refusal = AdminAnswer.MethodNotAllowed };
        }

        return operation["body"] switch
        {
            null => new Part { Handler = handler, Segments = segments },
            JsonObject body => new Part { Handler = handler, Segments = segments, Body = AdminBody.Of(body) },
            _ => Part.Refused($"body: {Messages.Expected(FieldType.Record)}"),
        };
    }

    private static List<JsonObject> Errors(IEnumerable<AdminAnswer?> answers) =>
    [
        .. answers.Index().Where(a => a.Item is { Status: >= StatusCodes.Status400BadRequest })
            .Select(a => new JsonObject { ["operation"] = a.Index, ["status"] = a.Item!.Status, ["body"] = a.Item.Body?.DeepClone() }).Take(MaxErrors),
    ];

    private static AdminAnswer Failed(List<JsonObject> errors)
    {
        var statuses = errors.Select(e => e["status"]!.GetValue<int>()).Distinct().ToArray();
        return new AdminAnswer(statuses is [var only] ? only : StatusCodes.Status400BadRequest, new JsonObject
        {
            ["message"] = $"{errors.Count} of the operations failed, nothing was written",
            ["errors"] = new JsonArray([.. errors]),
        });
    }

    private static JsonObject Shown(AdminAnswer answer) => new() { ["status"] = answer.Status, ["body"] = answer.Body };

    /// <summary>One operation: what answers it, or why nothing does.</summary>
    private sealed record Part
    {
        public AdminHandler? Handler { get; init; }

        public IReadOnlyList<string> Segments { get; init; } = [];

        public AdminBody Body { get; init; } = AdminBody.Empty;

        public AdminAnswer? Refusal { get; init; }

        public static Part Refused(string message, int status = StatusCodes.Status400BadRequest) => new() { Refusal = AdminAnswer.Problem(status, message) };
    }
}
