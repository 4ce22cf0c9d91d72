using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Http;

/// <summary>What became of one record of a batch.</summary>
/// <param name="Index">0-based place in the request.</param>
/// <param name="Id">The record's id; null when it could not be read.</param>
/// <param name="Status"><c>accepted</c>, <c>duplicate</c> or <c>rejected</c>.</param>
/// <param name="Position">Where it stands; a duplicate: where the first one stands.</param>
/// <param name="Code">Why it was rejected, for programs.</param>
/// <param name="Detail">Why it was rejected, for people.</param>
public sealed record RecordResult(int Index, string? Id, string Status, string? Position = null, string? Code = null, string? Detail = null)
{
    /// <summary>Everything that is wrong with a rejected record; <see cref="Code"/> is the first.</summary>
    [JsonIgnore]
    public IReadOnlyList<ProblemError> Errors { get; init; } = [];

    /// <summary>A record that was not taken.</summary>
    /// <param name="index">0-based place in the request.</param>
    /// <param name="id">The record's id; null when it could not be read.</param>
    /// <param name="errors">At least one code and what it means here.</param>
    public static RecordResult Reject(int index, string? id, params ReadOnlySpan<EventError> errors)
    {
        var problems = new ProblemError[errors.Length];
        for (int i = 0; i < errors.Length; i++) problems[i] = new ProblemError(index, id, errors[i].Code, errors[i].Detail);
        return new RecordResult(index, id, Rejected, Code: errors[0].Code, Detail: string.Join(" ", problems.Select(p => p.Detail))) { Errors = problems };
    }

    public const string Accepted = "accepted";
    public const string Duplicate = "duplicate";
    public const string Rejected = "rejected";
}

/// <summary>The answer to several records, in input order.</summary>
/// <param name="Accepted">Records that are durable now, duplicates included.</param>
/// <param name="Rejected">Records that were not taken.</param>
/// <param name="Results">One per record.</param>
public sealed record BatchAnswer(int Accepted, int Rejected, IReadOnlyList<RecordResult> Results)
{
    public static BatchAnswer Of(IReadOnlyList<RecordResult> results)
    {
        int rejected = results.Count(r => r.Status == RecordResult.Rejected);
        return new BatchAnswer(results.Count - rejected, rejected, results);
    }

    /// <summary>200 when all were accepted, 207 when some, 422 as a problem with the same members when none.</summary>
    public IResult ToResult()
    {
        if (Rejected == 0) return TypedResults.Ok(this);
        if (Accepted > 0) return TypedResults.Json(this, statusCode: StatusCodes.Status207MultiStatus);
        var errors = Results.SelectMany(r => r.Errors).ToList();
        var problem = Problems.Details(422, "no-record-accepted", "No record was accepted", $"None of {Rejected} records is valid.", errors);
        problem.Extensions["accepted"] = Accepted;
        problem.Extensions["rejected"] = Rejected;
        problem.Extensions["results"] = Results;
        return TypedResults.Problem(problem);
    }
}

/// <summary>The answer to one record.</summary>
/// <param name="Id">The record's id, assigned when it came without.</param>
/// <param name="Position">Where it stands in the log.</param>
/// <param name="Status"><c>accepted</c> or <c>duplicate</c>.</param>
/// <param name="DeadLetter">Set when the record could not be applied and went to the dead letters.</param>
public sealed record AcceptedAnswer(string Id, string Position, string Status, System.Text.Json.JsonElement? DeadLetter = null);
