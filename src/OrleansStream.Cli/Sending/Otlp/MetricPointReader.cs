using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using OrleansStream.Cli.Sending.Mapping;
using OrleansStream.Cli.Sending.Reading;

namespace OrleansStream.Cli.Sending.Otlp;

/// <summary>Rows of time and value, read by any reader, as points of gauges of one service.</summary>
/// <param name="rows">Gives objects with <c>time</c>, <c>value</c> and maybe <c>name</c>.</param>
/// <param name="service">Whose metrics they are.</param>
/// <param name="metric">The name of rows that have none.</param>
internal sealed class MetricPointReader(IRecordReader rows, string service, string metric) : IRecordReader
{
    public static readonly IReadOnlyList<TargetField> Fields =
    [
        TargetField.Of("time", ValueKind.Time, "timestamp", "ts", "date", "datetime", "@timestamp"),
        TargetField.Of("value", ValueKind.Number, "val", "y"),
        TargetField.Of("name", ValueKind.Text, "metric", "metric_name"),
    ];

    public string Signature => $"otlp-metrics:{service}:{metric}:{rows.Signature}";

    public IReadOnlyList<string> Notes => [.. rows.Notes, $"service: {service}, metric: {metric}"];

    public async IAsyncEnumerable<LoadRecord> ReadAsync(DerivedIds ids, [EnumeratorCancellation] CancellationToken stop)
    {
        await foreach (var row in rows.ReadAsync(ids, stop))
        {
            yield return row.Unsendable is null ? ToPoint(row) : row;
        }
    }

    private LoadRecord ToPoint(LoadRecord row)
    {
        var json = JsonElement.Parse(row.Json.Span);
        if (Find(json, "time") is not { } time
            || !DateTimeOffset.TryParse(TimeText.ToRfc3339(time.ToString()), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            || Find(json, "value") is not { } value
            || !double.TryParse(value.ToString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || !double.IsFinite(number))
        {
            return new LoadRecord { Line = row.Line, BytesRead = row.BytesRead, Unsendable = new Rejection("malformed-row", "a row has a time and a finite number as value") };
        }

        var name = Find(json, "name")?.ToString() is { Length: > 0 } own ? own : metric;
        var nanos = 100 * (Int128)(at.UtcDateTime - DateTime.UnixEpoch).Ticks;
        return new LoadRecord
        {
            Line = row.Line,
            Key = service,
            BytesRead = row.BytesRead,
            Json = System.Text.Encoding.UTF8.GetBytes(
                $$$"""{"name":{{{JsonSerializer.Serialize(name, NameJson.Default.String)}}},"gauge":{"dataPoints":[{"timeUnixNano":"{{{nanos.ToString(CultureInfo.InvariantCulture)}}}","asDouble":{{{number.ToString("R", CultureInfo.InvariantCulture)}}}}]}}"""),
        };
    }

    /// <summary>The field by its own name or one that it is known by.</summary>
    private static JsonElement? Find(JsonElement row, string field)
    {
        foreach (var known in Fields.First(f => f.Path == field).Columns)
        {
            if (row.TryGetProperty(known.Name, out var value) && value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            {
                return value;
            }
        }

        return null;
    }
}
