using System.Text.Json.Nodes;
using Gateway.ControlPlane.Store;
using Microsoft.AspNetCore.Http;

namespace Gateway.ControlPlane.Admin;

/// <summary>Turns expected failures into answers; the only place that does.</summary>
internal static class AdminErrors
{
    public static AdminAnswer Answer(StoreError error) => error.Code switch
    {
        ErrorCode.NotThere when ReferenceEquals(error, StoreError.NotThereByName) => AdminAnswer.Document(StatusCodes.Status404NotFound, error.Message),
        ErrorCode.NotThere => AdminAnswer.Problem(StatusCodes.Status404NotFound, error.Message),
        ErrorCode.Refused => AdminAnswer.Problem(StatusCodes.Status400BadRequest, error.Message),
        ErrorCode.Unavailable => AdminAnswer.Problem(StatusCodes.Status503ServiceUnavailable, error.Message) with { RetryAfter = 1 },
        _ => new AdminAnswer(Status(error.Code), Body(error)),
    };

    public static AdminAnswer Answer(Outcome<AdminAnswer> outcome) => outcome.Error is { } error ? Answer(error) : outcome.Value!;

    private static int Status(ErrorCode code) => code switch
    {
        ErrorCode.UniqueViolation => StatusCodes.Status409Conflict,
        ErrorCode.NotFound => StatusCodes.Status404NotFound,
        ErrorCode.OperationUnsupported => StatusCodes.Status405MethodNotAllowed,
        _ => StatusCodes.Status400BadRequest,
    };

    private static JsonObject Body(StoreError error)
    {
        var body = new JsonObject { ["code"] = (int)error.Code, ["name"] = error.Name, ["message"] = error.Message };
        if (error.Fields is { } fields)
        {
            body[error.Code is ErrorCode.InvalidOptions ? "options" : "fields"] = fields.DeepClone();
        }

        return body;
    }
}
