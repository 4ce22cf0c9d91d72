using System.Net;
using System.Text.Json;
using OrleansStream.Cli.Api;

namespace OrleansStream.Cli.Sending.Delivery;

/// <summary>Reads an ingest response by the API's contract: a batch of one may be answered as a single record.</summary>
internal static class AnswerReader
{
    public static IngestAnswer Read(HttpResponseMessage response, byte[] body, int records, DateTimeOffset now)
    {
        var status = response.StatusCode;
        switch (status)
        {
            case HttpStatusCode.OK or HttpStatusCode.Created or HttpStatusCode.Accepted or HttpStatusCode.MultiStatus:
                return (IngestAnswer?)ReadAccepted(body, records) ?? NotOfTheApi(status);
            case HttpStatusCode.TooManyRequests:
                return new IngestAnswer.Busy(RetryAfter(response, now));
            case HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError:
                return new IngestAnswer.Unavailable(Problems.Describe(status, Problems.Read(body)), MayBeStored: true, RetryAfter(response, now));
            case HttpStatusCode.RequestEntityTooLarge:
                return new IngestAnswer.TooLarge();
        }

        var problem = Problems.Read(body);
        return (IngestAnswer?)InOrder(problem.Results, records) ?? (IngestAnswer?)AllRejected(problem, status, records) ?? new IngestAnswer.Refused(Problems.Describe(status, problem));
    }

    private static IngestAnswer.Settled? ReadAccepted(byte[] body, int records)
    {
        try
        {
            var reply = JsonSerializer.Deserialize(body, ApiJson.Default.IngestReply);
            return reply is { Results: null, Id: not null } && records == 1
                ? new IngestAnswer.Settled([new RecordAnswer(reply.Status == "duplicate" ? RecordStatus.Duplicate : RecordStatus.Accepted, reply.Id)])
                : InOrder(reply?.Results, records);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null unless there is exactly one known result for each record.</summary>
    private static IngestAnswer.Settled? InOrder(IReadOnlyList<ResultReply>? results, int records)
    {
        if (results?.Count != records)
        {
            return null;
        }

        var answers = new RecordAnswer[records];
        foreach (var result in results)
        {
            if ((uint)result.Index >= (uint)records || answers[result.Index] is not null || ToAnswer(result) is not { } answer)
            {
                return null;
            }

            answers[result.Index] = answer;
        }

        return new IngestAnswer.Settled(answers);
    }

    private static RecordAnswer? ToAnswer(ResultReply result) => result.Status switch
    {
        "accepted" => new RecordAnswer(RecordStatus.Accepted, result.Id),
        "duplicate" => new RecordAnswer(RecordStatus.Duplicate, result.Id),
        "rejected" => new RecordAnswer(RecordStatus.Rejected, result.Id, new Rejection(result.Code ?? "rejected", result.Detail)),
        _ => null,
    };

    /// <summary>A validation problem that names every record of the batch (a single record is answered so) is a rejection of each.</summary>
    private static IngestAnswer.Settled? AllRejected(ProblemReply problem, HttpStatusCode status, int records)
    {
        if (status is not (HttpStatusCode.BadRequest or HttpStatusCode.UnprocessableContent) || problem.Errors is not { } errors)
        {
            return null;
        }

        var first = errors.GroupBy(error => error.Index).Select(group => group.First()).ToList();
        return InOrder([.. first.Select(error => error with { Status = "rejected" })], records);
    }

    private static IngestAnswer.Refused NotOfTheApi(HttpStatusCode status) =>
        new($"the answer {(int)status} does not name every record: is this an OrleansStream server of this version?");

    private static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        var header = response.Headers.RetryAfter;
        var wait = header?.Delta ?? (header?.Date - now);
        return wait > TimeSpan.Zero ? wait : null;
    }
}
