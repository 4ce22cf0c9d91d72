using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Cli.Sending.Progress;

/// <summary>The last word on a load. Counts are of the whole file; time and rate are of this run.</summary>
internal sealed record LoadSummary(
    string File, long Lines, long Accepted, long Duplicate, long Resent, long Rejected, double Seconds, double RecordsPerSecond)
{
    /// <summary>The line this run went on after; null when it began at the first.</summary>
    public long? ResumedAfterLine { get; init; }

    /// <summary>Whether every line of the file was answered.</summary>
    public bool Complete { get; init; }

    public static LoadSummary Of(string file, LoadStatus status, LoadMark start, bool complete)
    {
        var counts = status.Counts;
        var seconds = status.Elapsed.TotalSeconds;
        var rate = status.AnsweredNow / Math.Max(seconds, 1e-3);
        return new LoadSummary(
            file, counts.Answered, counts.Accepted, counts.Duplicate, counts.Resent, counts.Rejected, Math.Round(seconds, 3), Math.Round(rate, 1))
        {
            ResumedAfterLine = start.Line > 0 ? start.Line : null,
            Complete = complete,
        };
    }

    public string ToText() => string.Create(CultureInfo.InvariantCulture, $"""
        {File}: {Lines:N0} records answered in {Seconds:N1} s, {RecordsPerSecond:N0}/s{(Complete ? "" : ", not complete")}
          accepted {Accepted:N0}, duplicate {Duplicate:N0}, resent {Resent:N0} (already there from an earlier attempt), rejected {Rejected:N0}
        """);

    public string ToJson() => JsonSerializer.Serialize(this, SummaryJson.Default.LoadSummary);
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LoadSummary))]
internal sealed partial class SummaryJson : JsonSerializerContext;
