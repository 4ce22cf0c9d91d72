using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Templates;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Services;

/// <summary>
/// Recent log lines and log templates by service, in memory: bounded by lines per service, by services, and by bytes in all; the service silent longest goes first. A
/// snapshot has the templates and the newest lines, a few per service: after a start there are fewer lines than before.
/// </summary>
public sealed class ServiceLogs : ReadModel
{
    public const string ModelName = "service-logs";
    private const int LinesPerService = 500;
    private const int MaxServices = 10_000;
    private const long MaxBytes = 64L << 20;
    private const int LinesInSnapshot = 20;
    private const long SnapshotLineBytes = 4L << 20;
    private const int ServicesPerPiece = 100;
    private readonly Dictionary<string, ServiceLogBuffer> _services = new(StringComparer.Ordinal);
    private readonly LinkedList<ServiceLogBuffer> _byUse = new();
    private long _bytes;
    private long _sequence;

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [ServiceTopics.Signals];

    /// <summary>Templates and lines of thousands of services are megabytes, which hold up the states' commits while they are written; a start reads some more of the log instead.</summary>
    protected override long RecordsWorthStoring => 100L * _services.Count;

    /// <summary>Newest first: at least as severe, containing the text in any case, older than the line with the sequence number.</summary>
    public IReadOnlyList<StoredLogLine> Lines(string service, LogSeverity? severity = null, string? contains = null, int limit = 100, long before = long.MaxValue)
    {
        lock (Gate)
        {
            if (!_services.TryGetValue(service, out var buffer)) return [];
            return [.. buffer.Lines.Reverse().Where(l => l.Sequence < before && Matches(l, severity, contains)).Take(limit)];
        }
    }

    /// <summary>Lines after the one with the sequence number, oldest first, for whoever follows; 0 for all that are here.</summary>
    public IReadOnlyList<StoredLogLine> LinesAfter(string service, long sequence, LogSeverity? severity = null, string? contains = null, int limit = 500)
    {
        lock (Gate)
        {
            if (!_services.TryGetValue(service, out var buffer)) return [];
            return [.. buffer.Lines.Where(l => l.Sequence > sequence && Matches(l, severity, contains)).Take(limit)];
        }
    }

    /// <summary>The newest sequence number of all.</summary>
    public long LastSequence
    {
        get { lock (Gate) return _sequence; }
    }

    /// <summary>Most used first.</summary>
    public IReadOnlyList<LogTemplate> Templates(string service)
    {
        lock (Gate) return _services.TryGetValue(service, out var buffer) ? buffer.Miner.Templates : [];
    }

    /// <summary>Log lines of templates that had to make room.</summary>
    public long ForgottenTemplates(string service)
    {
        lock (Gate) return _services.TryGetValue(service, out var buffer) ? buffer.Miner.Forgotten : 0;
    }

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (record.Header(LogHeaders.Kind) is not null || !HasLines(record.Value.Span)) return;
        var signals = ServiceSignalsJson.Read(record.Value.Span, SignalParts.Lines | SignalParts.Masked) ?? throw new JsonException("The record holds no signals of a service.");
        var buffer = Buffer(record.Key);
        foreach (var masked in signals.Masked ?? [])
            if (masked?.Text is { } text) buffer.Miner.Add(text, masked.Count, masked.Severity, signals.Time);
        foreach (var line in signals.Lines ?? [])
        {
            if (line?.Body is null) continue;
            _bytes += buffer.Add(new StoredLogLine(++_sequence, line), LinesPerService);
        }
        _bytes += buffer.WeighTemplates();
        while ((_bytes > MaxBytes || _services.Count > MaxServices) && _byUse.First is { } oldest && !ReferenceEquals(oldest.Value, buffer)) Remove(oldest);
        while (_bytes > MaxBytes && buffer.Lines.Count > 1) _bytes -= buffer.RemoveOldest();
    }

    protected override void Reset()
    {
        _services.Clear();
        _byUse.Clear();
        _bytes = 0;
    }

    protected override IEnumerable<byte[]> Snapshot()
    {
        long bytes = 0;
        var saved = new List<SavedServiceLogs>(_services.Count);
        // The ones heard last have their lines kept when there is no room for all.
        for (var node = _byUse.Last; node is not null; node = node.Previous)
        {
            var lines = bytes < SnapshotLineBytes ? node.Value.Lines.Skip(Math.Max(0, node.Value.Lines.Count - LinesInSnapshot)).Select(l => l.Line).ToArray() : [];
            bytes += lines.Sum(ServiceLogBuffer.Weigh);
            saved.Add(new SavedServiceLogs(node.Value.Service, [.. node.Value.Miner.Templates], node.Value.Miner.Forgotten, lines));
        }
        saved.Reverse();
        return saved.Chunk(ServicesPerPiece).Select(some => JsonSerializer.SerializeToUtf8Bytes(some, ServiceLogsJson.Default.SavedServiceLogsArray));
    }

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        foreach (var saved in JsonSerializer.Deserialize(piece, ServiceLogsJson.Default.SavedServiceLogsArray)!)
        {
            var buffer = Buffer(saved.Service);
            buffer.Miner.Restore(saved.Templates ?? [], saved.Forgotten);
            foreach (var line in saved.Lines ?? []) _bytes += buffer.Add(new StoredLogLine(++_sequence, line), LinesPerService);
            _bytes += buffer.WeighTemplates();
        }
    }

    /// <summary>Most records have no lines: they are not worth reading as a whole.</summary>
    private static bool HasLines(ReadOnlySpan<byte> json) => json.IndexOf("\"lines\":"u8) >= 0 || json.IndexOf("\"masked\":"u8) >= 0;

    private static bool Matches(StoredLogLine line, LogSeverity? severity, string? contains) =>
        (severity is null || line.Line.Severity >= severity) && (string.IsNullOrEmpty(contains) || line.Line.Body.Contains(contains, StringComparison.OrdinalIgnoreCase));

    private ServiceLogBuffer Buffer(string service)
    {
        if (_services.TryGetValue(service, out var buffer)) _byUse.Remove(buffer.Place);
        else _services.Add(service, buffer = new ServiceLogBuffer(service));
        _byUse.AddLast(buffer.Place);
        return buffer;
    }

    private void Remove(LinkedListNode<ServiceLogBuffer> node)
    {
        _bytes -= node.Value.Bytes;
        _services.Remove(node.Value.Service);
        _byUse.Remove(node);
    }
}

/// <summary>A line and its place in the order in which this process took lines in.</summary>
public sealed record StoredLogLine(long Sequence, LogLine Line);

/// <summary>The lines and templates of one service.</summary>
internal sealed class ServiceLogBuffer
{
    private const int Overhead = 160;
    private const int TemplateBytes = 600;
    private long _templateBytes;

    public ServiceLogBuffer(string service)
    {
        Service = service;
        Place = new LinkedListNode<ServiceLogBuffer>(this);
    }

    public string Service { get; }

    public LinkedListNode<ServiceLogBuffer> Place { get; }

    public Queue<StoredLogLine> Lines { get; } = new();

    public TemplateMiner Miner { get; } = new();

    public long Bytes { get; private set; }

    /// <returns>By how many bytes it grew.</returns>
    public long Add(StoredLogLine line, int most)
    {
        long before = Bytes;
        Lines.Enqueue(line);
        Bytes += Weigh(line.Line);
        while (Lines.Count > most) RemoveOldest();
        return Bytes - before;
    }

    /// <summary>Templates grow with each new one: their weight is taken anew.</summary>
    /// <returns>By how many bytes it grew.</returns>
    public long WeighTemplates()
    {
        long weight = Miner.Count * (long)TemplateBytes, grown = weight - _templateBytes;
        _templateBytes = weight;
        Bytes += grown;
        return grown;
    }

    /// <returns>Its bytes.</returns>
    public long RemoveOldest()
    {
        long weight = Weigh(Lines.Dequeue().Line);
        Bytes -= weight;
        return weight;
    }

    internal static long Weigh(LogLine line)
    {
        long weight = Overhead + (2L * line.Body.Length);
        foreach (var (name, value) in line.Attributes ?? []) weight += 100 + (2L * (name.Length + (value?.Length ?? 0)));
        return weight;
    }
}

/// <summary>A service's templates and newest lines as they are stored.</summary>
internal sealed record SavedServiceLogs(string Service, LogTemplate[]? Templates, long Forgotten, LogLine[]? Lines);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SavedServiceLogs[]))]
internal sealed partial class ServiceLogsJson : JsonSerializerContext;
