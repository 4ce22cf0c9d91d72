using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Api;

/// <summary>One record's result in the answer to a batch.</summary>
internal sealed record ResultReply(int Index, string? Id, string? Status, string? Code, string? Detail);

/// <summary>A 2xx answer to an ingest: <c>results</c> for several records, <c>id</c> for one.</summary>
internal sealed record IngestReply(string? Id, string? Status, IReadOnlyList<ResultReply>? Results);

/// <summary>RFC 9457 with the members of OrleansStream: validation errors, and the results of a batch of which nothing was accepted.</summary>
internal sealed record ProblemReply(
    string? Type, string? Title, string? Detail, string? Code, IReadOnlyList<ResultReply>? Errors, IReadOnlyList<ResultReply>? Results);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(IngestReply))]
[JsonSerializable(typeof(ProblemReply))]
internal sealed partial class ApiJson : JsonSerializerContext;
