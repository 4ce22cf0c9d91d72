namespace OrleansStream.Domain.Observability.Metrics;

/// <summary>
/// What a point of a monotonic sum adds, after the OpenTelemetry data model: delta points add themselves; a cumulative one adds the difference to the one before, or
/// all of it after a reset (another start, or a smaller value). Points that are older than the newest are in it already when they are cumulative.
/// </summary>
public static class CounterReading
{
    /// <param name="former">The newest point of the series; null for none.</param>
    /// <param name="start">Of the point, ms; 0 when unknown.</param>
    /// <param name="time">Of the point, ms.</param>
    /// <param name="value">Its value.</param>
    /// <param name="count">Of a histogram; 0 of a sum.</param>
    /// <param name="isDelta">Which of both kinds.</param>
    /// <param name="watchedSince">When it is known that before this time there was no such series, this time, ms: then its first point adds all. 0 when nothing is known.</param>
    public static PointGrowth Read(FormerPoint? former, long start, long time, double value, long count, bool isDelta, long watchedSince)
    {
        if (!double.IsFinite(value) || value < 0 || count < 0) return new(PointNews.Invalid, 0, 0, 0, false);
        if (isDelta)
        {
            if (former is not null && former.Time == time && former.Start == start) return new(PointNews.Duplicate, 0, 0, 0, false);
            return new(PointNews.Adds, value, count, start > 0 && start < time ? start : former is { } f && f.Time < time ? f.Time : time - 1000, false);
        }
        if (former is null)
        {
            return watchedSince > 0
                ? new(PointNews.Adds, value, count, Math.Max(start, watchedSince), false)
                : new(PointNews.First, 0, 0, 0, false);
        }
        bool isAnew = start > former.Start && former.Start > 0 && start > 0;
        if (time == former.Time && !isAnew) return new(PointNews.Duplicate, 0, 0, 0, false);
        if (time < former.Time || (start > 0 && start < former.Start)) return new(PointNews.OutOfOrder, 0, 0, 0, false);
        if (isAnew) return new(PointNews.Adds, value, count, Math.Clamp(start, Math.Min(former.Time, time - 1), time - 1), true);
        if (value < former.Value || count < former.Count) return new(PointNews.Adds, value, count, former.Time, true);
        return new(PointNews.Adds, value - former.Value, count - former.Count, former.Time, false);
    }
}
