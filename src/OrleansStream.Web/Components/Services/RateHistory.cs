using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Components.Services;

/// <summary>What a sparkline shows of a service: requests and failures by spans of five seconds, oldest first.</summary>
internal sealed class RateHistory
{
    /// <summary>So many services have one.</summary>
    public const int MostServices = 24;

    private const int Spans = 48, SpanSeconds = 5;
    private long _last, _requests, _errors;

    public List<double> Rates { get; } = [];

    public List<double> Errors { get; } = [];

    public void Seed(IReadOnlyList<ServiceSecond> seconds, DateTimeOffset until)
    {
        long end = until.ToUnixTimeSeconds() / SpanSeconds;
        var bySpan = seconds.ToLookup(s => s.Time.ToUnixTimeSeconds() / SpanSeconds);
        // Before it was heard first there is nothing to draw.
        long begin = seconds.Count == 0 ? end : Math.Max(end - Spans, seconds[0].Time.ToUnixTimeSeconds() / SpanSeconds);
        for (long span = begin; span < end; span++) Append(bySpan[span].Sum(s => s.Requests), bySpan[span].Sum(s => s.Errors));
        _last = end;
    }

    /// <summary>What came since the last time, once a span is over.</summary>
    public void Add(ServiceItem service)
    {
        long span = service.LastSeen.ToUnixTimeSeconds() / SpanSeconds;
        if (span <= _last && _requests > 0) return;
        if (_requests > 0) Append(Math.Max(0, service.Requests - _requests), Math.Max(0, service.Errors - _errors));
        (_last, _requests, _errors) = (span, service.Requests, service.Errors);
    }

    private void Append(double requests, double errors)
    {
        Rates.Add(requests / SpanSeconds);
        Errors.Add(errors / SpanSeconds);
        if (Rates.Count <= Spans) return;
        Rates.RemoveAt(0);
        Errors.RemoveAt(0);
    }
}
