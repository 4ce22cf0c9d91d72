using Grpc.Core;
using Microsoft.AspNetCore.Http;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Limits;
using OrleansStream.Otlp.Json;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Pressure;

namespace OrleansStream.Gateway.Otlp;

/// <summary>Why an export was not taken, in the terms of both transports. What has a <see cref="RetryAfter"/> is worth sending again as it is.</summary>
/// <param name="Http">The HTTP status.</param>
/// <param name="Code">google.rpc.Code.</param>
/// <param name="Message">For people; leaves the process.</param>
/// <param name="RetryAfter">When it is worth trying again; null for never.</param>
internal sealed record OtlpRefusal(int Http, StatusCode Code, string Message, TimeSpan? RetryAfter = null)
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);

    public static OtlpRefusal Of(IngestPressure pressure) => new(429, StatusCode.ResourceExhausted, pressure.Detail, pressure.RetryAfter);

    /// <summary>Null for what nobody expected.</summary>
    public static OtlpRefusal? Of(Exception exception) => exception switch
    {
        OtlpRefusedException refused => refused.Refusal,
        OtlpFormatException format => new(400, StatusCode.InvalidArgument, format.Message),
        RequestRejectedException rejected => new(rejected.Status, CodeOf(rejected.Status), rejected.Message),
        BadHttpRequestException bad => new(bad.StatusCode, CodeOf(bad.StatusCode), "The request cannot be read."),
        RequestOverloadException overload => Of(overload.Pressure),
        LogOverloadedException => new(429, StatusCode.ResourceExhausted, "More records wait to be written than may. Send the export again.", Moment),
        LogFullException => new(503, StatusCode.Unavailable, "There is no space for records now. Send the export again later.", 10 * Moment),
        LogUnavailableException => new(503, StatusCode.Unavailable, "The log cannot take records now. Send the export again.", Moment),
        _ when Outages.CodeOf(exception) is { } outage => new(503, StatusCode.Unavailable, Outages.DetailOf(outage), Moment),
        _ => null,
    };

    /// <summary>google.rpc.Code of an HTTP status, as gRPC's own mapping has it where it has one.</summary>
    public static StatusCode CodeOf(int status) => status switch
    {
        401 => StatusCode.Unauthenticated,
        403 => StatusCode.PermissionDenied,
        404 => StatusCode.NotFound,
        429 => StatusCode.ResourceExhausted,
        502 or 503 or 504 => StatusCode.Unavailable,
        >= 500 => StatusCode.Internal,
        _ => StatusCode.InvalidArgument,
    };
}

/// <summary>The export as a whole is refused; nothing of it counts before it comes again.</summary>
internal sealed class OtlpRefusedException(OtlpRefusal refusal) : Exception(refusal.Message)
{
    public OtlpRefusal Refusal { get; } = refusal;
}
