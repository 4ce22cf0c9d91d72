using Microsoft.AspNetCore.Http;
using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.Processors;

/// <summary>The records of a request, not yet understood.</summary>
/// <param name="Records">UTF-8, each without white space around it.</param>
/// <param name="Single">The request is one record, and so is the answer.</param>
internal sealed record IngestBody(IReadOnlyList<ReadOnlyMemory<byte>> Records, bool Single)
{
    /// <exception cref="RequestRejectedException">The request as a whole cannot be read.</exception>
    public static async Task<IngestBody> ReadAsync(HttpRequest request, GatewayOptions options, CancellationToken cancellationToken)
    {
        bool lines = BodyFormat.IsNdjson(request);
        var body = await RequestBody.ReadAsync(request, options, cancellationToken);
        int start = JsonRecords.SkipSpace(body.Span, 0);
        if (start == body.Length) throw new RequestRejectedException(400, "empty-body", "The body is empty.");
        if (lines) return new IngestBody(JsonRecords.SplitLines(body, options.MaxBatchRecords), false);
        return body.Span[start] == '['
            ? new IngestBody(JsonRecords.SplitArray(body, options.MaxBatchRecords), false)
            : new IngestBody([JsonRecords.Trim(body)], true);
    }
}
