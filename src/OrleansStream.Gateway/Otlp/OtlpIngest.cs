using System.Globalization;
using System.IO.Hashing;
using Google.Protobuf;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Gateway.Otlp.Aggregation;
using OrleansStream.Gateway.Pressure;
using OrleansStream.Grains.Services;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Otlp;

/// <summary>
/// Takes an export, whichever way it came: reads it, counts what it says of each service, and appends a record or a few per service. The identity of these is the export's
/// content, so that a retried one counts once. Taken means durable.
/// </summary>
internal sealed class OtlpIngest(IngestGates gates, IEventLog log, TimeProvider time, IOptions<OtlpOptions> options, IOptions<GatewayOptions> gateway)
{
    /// <summary>The de-duplication source of what comes by OTLP.</summary>
    public const string Source = "otlp";

    /// <summary>A log refuses a call for which it has no room, as a whole: a large export goes in parts.</summary>
    private const int AppendAtOnce = 2_000;

    public OtlpOptions Options { get; } = options.Value;

    /// <summary>Asked before a body is read.</summary>
    /// <exception cref="OtlpRefusedException">The topic takes no records now.</exception>
    public void Admit()
    {
        if (gates.Check(ServiceTopics.Signals) is { } pressure) throw new OtlpRefusedException(OtlpRefusal.Of(pressure));
    }

    /// <returns>The answer, which names what was rejected.</returns>
    /// <exception cref="Exception">The export was not taken, see <see cref="OtlpRefusal.Of(Exception)"/>.</exception>
    public async Task<IMessage> ExportAsync(OtlpSignal signal, ReadOnlyMemory<byte> body, bool json, string transport, CancellationToken cancellationToken)
    {
        OtlpMetrics.Exports.Add(1, OtlpMetrics.Signal(signal.Name), new("transport", transport));
        var now = time.GetUtcNow();
        var draft = new ExportDraft(Options, now.ToUnixTimeMilliseconds(), (now + gateway.Value.MaxClockLead).ToUnixTimeMilliseconds());
        signal.Read(body, json, draft);
        string identity = $"{signal.Name[0]}{Convert.ToHexStringLower(XxHash128.Hash(body.Span))}";
        foreach (var part in draft.Cut().Select((signals, i) => ToRecord(signals, i, identity, now)).Chunk(AppendAtOnce))
            await log.AppendAsync(ServiceTopics.Signals, part, cancellationToken);
        Count(signal, draft);
        var rejected = draft.Rejections;
        return signal.Answer(rejected.Count > 0 ? (rejected.Count, rejected.Describe()) : null);
    }

    private static LogRecord ToRecord(ServiceSignals signals, int index, string identity, DateTimeOffset now) => new()
    {
        Key = signals.Service,
        Source = Source,
        Id = string.Create(CultureInfo.InvariantCulture, $"{identity}-{index}"),
        Time = DateTimeOffset.FromUnixTimeMilliseconds(signals.Time),
        ReceivedAt = now,
        Value = ServiceSignalsJson.Write(signals),
    };

    private static void Count(OtlpSignal signal, ExportDraft draft)
    {
        var tag = OtlpMetrics.Signal(signal.Name);
        OtlpMetrics.Records.Add(draft.Taken, tag);
        if (draft.Rejections.Count > 0) OtlpMetrics.Rejected.Add(draft.Rejections.Count, tag);
        if (draft.DroppedSeries > 0) OtlpMetrics.DroppedSeries.Add(draft.DroppedSeries);
        if (draft.DroppedLines > 0) OtlpMetrics.DroppedLines.Add(draft.DroppedLines);
    }
}
