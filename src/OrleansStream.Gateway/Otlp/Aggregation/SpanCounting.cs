using Google.Protobuf;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Otlp.Protocol;

namespace OrleansStream.Gateway.Otlp.Aggregation;

/// <summary>Spans of kind server and consumer are requests: one failed when its status says so, or its HTTP status is 5xx. The others only have to be valid.</summary>
internal static class SpanCounting
{
    private const int TraceIdBytes = 16;
    private const int SpanIdBytes = 8;

    public static void Count(ExportTraceServiceRequest request, ExportDraft draft)
    {
        foreach (var resource in request.ResourceSpans)
        {
            var service = draft.Service(resource.Resource, request.ResourceSpans.Count, out string reason);
            foreach (var scope in resource.ScopeSpans)
            {
                if (service is null && scope.Spans.Count > 0) draft.Rejections.Add(reason, scope.Spans.Count);
                else foreach (var span in scope.Spans) Count(span, service!, draft);
            }
        }
    }

    private static void Count(Span span, ServiceDraft service, ExportDraft draft)
    {
        if (!IsId(span.TraceId, TraceIdBytes)) draft.Rejections.Add($"traceId is not {TraceIdBytes} bytes, or all zero.");
        else if (!IsId(span.SpanId, SpanIdBytes)) draft.Rejections.Add($"spanId is not {SpanIdBytes} bytes, or all zero.");
        else if (span.ParentSpanId.Length is not (0 or SpanIdBytes)) draft.Rejections.Add($"parentSpanId is not {SpanIdBytes} bytes.");
        else if (draft.IsOfSize(span) && draft.TryTime(span.EndTimeUnixNano, "endTimeUnixNano", out long end)) Take(span, end, service, draft);
    }

    private static void Take(Span span, long end, ServiceDraft service, ExportDraft draft)
    {
        draft.Taken++;
        service.Seen(end);
        if (span.Kind is not (Span.Types.SpanKind.Server or Span.Types.SpanKind.Consumer)) return;
        // A clock that was set back meanwhile makes a span end before it began.
        double latencyMs = span.StartTimeUnixNano == 0 ? double.NaN : span.EndTimeUnixNano > span.StartTimeUnixNano ? (span.EndTimeUnixNano - span.StartTimeUnixNano) / 1e6 : 0;
        int status = span.Attributes.HttpStatus();
        service.Request(end, RequestSource.Spans, span.Status?.Code == Status.Types.StatusCode.Error || status >= 500, latencyMs, status);
    }

    public static bool IsId(ByteString id, int length) => id.Length == length && id.Span.IndexOfAnyExcept((byte)0) >= 0;
}
