using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;

namespace OrleansStream.Gateway.Http;

/// <summary>One error of a request: which record, which rule, and words.</summary>
/// <param name="Index">0-based place in the request.</param>
/// <param name="Id">The record's id, when it could be read.</param>
/// <param name="Code">Stable, for programs.</param>
/// <param name="Detail">For people.</param>
public sealed record ProblemError(int Index, string? Id, string Code, string Detail);

/// <summary>RFC 9457 answers. The type is <c>urn:orleansstream:problem:{code}</c>, the code also stands alone.</summary>
internal static class Problems
{
    public const string ContentType = "application/problem+json";

    public static ProblemDetails Details(int status, string code, string title, string? detail = null, IReadOnlyList<ProblemError>? errors = null)
    {
        var problem = new ProblemDetails { Status = status, Type = $"urn:orleansstream:problem:{code}", Title = title, Detail = detail };
        problem.Extensions["code"] = code;
        if (errors is not null) problem.Extensions["errors"] = errors;
        return problem;
    }

    public static IResult Result(int status, string code, string title, string? detail = null, IReadOnlyList<ProblemError>? errors = null) =>
        TypedResults.Problem(Details(status, code, title, detail, errors));

    /// <summary>A problem of the request as a whole or of its first bad record.</summary>
    public static IResult Error(int status, string code, string detail, int index = 0, string? id = null) =>
        Result(status, code, Title(status), detail, [new ProblemError(index, id, code, detail)]);

    /// <summary>A problem of one record with everything that is wrong with it.</summary>
    public static IResult Error(int status, string code, string detail, IReadOnlyList<ProblemError> errors) =>
        Result(status, code, Title(status), detail, errors);

    private static string Title(int status) => status switch
    {
        400 => "The request cannot be read",
        401 => "No valid key",
        403 => "Not with this key",
        404 => "Not found",
        405 => "The method is not allowed here",
        408 => "The request did not come in time",
        413 => "The request is too large",
        415 => "The content type or encoding is not supported",
        422 => "The record is not valid",
        429 => "Records come faster than they are applied",
        503 => "The service cannot take records now",
        504 => "Not within the time",
        _ => "The request failed",
    };
}
