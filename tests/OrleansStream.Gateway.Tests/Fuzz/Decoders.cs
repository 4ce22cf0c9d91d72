using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization;
using OrleansStream.Domain.Alerting;
using OrleansStream.Domain.Conversations.Messages;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Observability.Rules;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Recommendations.Catalog;
using OrleansStream.Domain.Recommendations.Segment;
using OrleansStream.Domain.Recommendations.Users;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.CloudEvents;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Limits;
using OrleansStream.Gateway.Otlp;
using OrleansStream.Gateway.Otlp.Aggregation;
using OrleansStream.Gateway.Segment;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Services;
using OrleansStream.Otlp.Json;
using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Tests.Fakes;
using Words = OrleansStream.Gateway.Tests.Otlp.Otlp;

namespace OrleansStream.Gateway.Tests.Fuzz;

/// <summary>Everything in the product that reads bytes which somebody else may have written.</summary>
internal static class Decoders
{
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 10, 0, 0, TimeSpan.Zero);
    private static readonly GatewayOptions Gateway = new();

    // A body's memory is given back when its request is answered; none is here: each has memory of its own.
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().AddOptions().AddTransient<BodyMemory>().AddSingleton<Decompression>().BuildServiceProvider();

    private const string Transaction =
        """{"id":"tx-1","cardId":"card-42","amount":129.95,"currency":"EUR","time":"2026-11-22T10:00:00Z","merchant":{"id":"m-7","name":"Shoe Palace","category":"5661","country":"IN"},"location":{"lat":28.61,"lon":77.21},"deviceId":"dev-1","channel":"pos","card":{"issuerCountry":"DE"},"authorization":"approved"}""";

    private const string Track =
        """{"type":"track","event":"Order Completed","userId":"u-1","messageId":"m-1","timestamp":"2026-11-22T10:00:00Z","properties":{"order_id":"o-1","products":[{"product_id":"p-1","category":"shoes","price":12.5,"quantity":2}]},"context":{"ip":"203.0.113.9"}}""";

    private const string CloudEvent =
        $$"""{"specversion":"1.0","id":"e-1","source":"https://example.com/pos","type":"com.example.card","subject":"card-42","time":"2026-11-22T10:00:00Z","datacontenttype":"application/json","data":{{Transaction}}}""";

    public static IReadOnlyList<Decoder> All { get; } = [.. Requests(), .. Otlp(), .. Stored(), .. Texts()];

    private static IEnumerable<Decoder> Requests()
    {
        var cards = new CardProcessor();
        yield return new("transaction", [Bytes(Transaction)], json => cards.Judge(json, new ReadingDefaults("assigned", Now)));
        yield return new("NDJSON", [Bytes($"{Transaction}\n{Transaction}\r\n\n{Transaction}")],
            body => JsonRecords.SplitLines(body, 100).ForEach(r => cards.Judge(r.Span, new ReadingDefaults("assigned", Now))), typeof(RequestRejectedException));
        yield return new("JSON array", [Bytes($"[{Transaction},{Transaction}]")],
            body => JsonRecords.SplitArray(body, 100).ForEach(r => cards.Judge(r.Span, new ReadingDefaults("assigned", Now))), typeof(RequestRejectedException));
        var log = new FakeEventLog(new Dictionary<string, int> { ["transactions"] = 2, ["decisions"] = 3 }, TimeProvider.System);
        var events = new CloudEventReader(log, Options.Create(Gateway));
        yield return new("CloudEvent, structured", [Bytes(CloudEvent), Bytes(CloudEvent.Replace("\"data\":", "\"data_base64\":\"e30=\",\"x\":", StringComparison.Ordinal))], record => events.ReadStructured(record));
        yield return new("CloudEvent, binary", [Bytes("ce-specversion:1.0\nce-id:e-1\nce-source:/pos\nce-type:card\nce-time:2026-11-22T10:00:00Z\nce-subject:card-42\ncontent-type:application/json")], lines => events.ReadBinary(Headers(lines), Bytes(Transaction)));
        yield return new("Segment message", [Bytes(Track), Bytes("""{"type":"alias","userId":"u-1","previousId":"a-1"}"""), Bytes("""{"type":"identify","userId":"u-1","anonymousId":"a-1","traits":{}}""")],
            json => SegmentMessage.Read(json, new SegmentContext(null, Now, null, TimeSpan.FromMinutes(5))));
        yield return new("Segment batch", [Bytes($$"""{"batch":[{{Track}},{{Track}}],"sentAt":"2026-11-22T10:00:00Z","writeKey":"k"}""")], Batch, typeof(RequestRejectedException));
        yield return new("click", [Bytes("""{"id":"c-1","userId":"u-1","action":"view","itemId":"shoe-1","category":"running-shoes","time":"2026-11-22T10:00:00Z"}""")], json => ShopEventJson.Read(json, null, Now, null));
        yield return new("catalog item", [Bytes("""{"id":"p-1","name":"Shoe","category":"shoes","price":12.5,"brand":"b","tags":["a","b"]}""")], json => CatalogReader.ReadItem(json));
        yield return new("conversation message", [Bytes("""{"role":"user","content":"two tickets for tomorrow, please","time":"2026-11-22T10:00:00Z","id":"m-1"}""")], json => MessageReader.Read(json, "chat-1", "m-1", Now, null));
        yield return new("rule set", [FraudRulesetJson.Write(FraudRuleset.Default)], json => FraudRulesetJson.ReadHandedIn(json));
        yield return new("alert rules", [Bytes("""{"rules":[{"name":"HighErrorRate","kind":"ratio","threshold":0.05,"for":"1m","labels":{"severity":"page"}}]}""")], json => AlertRulesJson.ReadHandedIn(json));
        yield return new("gzip body", [Words.Zip(Bytes(Transaction)), Words.Zip(new byte[100_000])], body => Unpack(body, "gzip"), typeof(RequestRejectedException));
        yield return new("brotli body", [Brotli(Bytes(Transaction)), Brotli(new byte[100_000])], body => Unpack(body, "br"), typeof(RequestRejectedException));
    }

    private static IEnumerable<Decoder> Otlp()
    {
        (OtlpSignal Signal, IMessage[] Samples)[] signals =
        [
            (OtlpSignal.Logs, [Words.Logs("checkout", Words.Log("payment of order 4711 failed"), Words.Log("ok"))]),
            (OtlpSignal.Traces, [Words.Spans("checkout", Words.Span(), Words.Span(failed: true))]),
            (OtlpSignal.Metrics, [Words.Metrics("checkout", Words.Gauge("process.cpu.utilization", Words.Point(0.4)))]),
        ];
        foreach (var (signal, samples) in signals)
        {
            yield return new($"OTLP {signal.Name}, protobuf", [.. samples.Select(s => s.ToByteArray())], body => Export(signal, body, json: false), typeof(OtlpFormatException));
            yield return new($"OTLP {signal.Name}, JSON", [.. samples.Select(s => Bytes(JsonFormatter.Default.Format(s)))], body => Export(signal, body, json: true), typeof(OtlpFormatException));
        }
    }

    private static IEnumerable<Decoder> Stored()
    {
        var record = new LogRecord { Key = "card-42", Source = "/v1/transactions", Id = "tx-1", Time = Now, ReceivedAt = Now, Headers = [new("traceparent", "00-0-0-01")], Value = Bytes(Transaction) };
        var encoded = new byte[LogRecordCodec.MaxLength(record)];
        encoded = encoded[..LogRecordCodec.Encode(record, 41, encoded)];
        yield return new("log record on disk", [encoded], entry => LogRecordCodec.Decode(entry), typeof(InvalidDataException));
        yield return new("log record's identity", [encoded], entry => LogRecordCodec.ReadIdentity(entry), typeof(InvalidDataException));
        var block = new byte[BlockHeader.Length + encoded.Length];
        encoded.CopyTo(block, BlockHeader.Length);
        new BlockHeader(encoded.Length, 1, 41, Now.UtcTicks).Seal(block, 7, 0);
        yield return new("log block on disk", [block], bytes => _ = BlockHeader.TryRead(bytes, 7, out var header) && bytes.Length >= header.TotalLength && BlockHeader.Holds(bytes.AsSpan(0, header.TotalLength), 7, 0));
        yield return new("segment header on disk", [new byte[128]], bytes => SegmentHeader.TryRead(bytes, out _, out _));
        // A key whose row cannot be read is put into quarantine, whatever the serializer throws.
        var rows = Services.GetRequiredService<Serializer<KeyRow<CardProfile>>>();
        yield return new("state row", [rows.SerializeToArray(new KeyRow<CardProfile> { State = CardProfile.Empty, AppliedOffset = 41, Partition = 3, OutputCount = 7 })], bytes => rows.Deserialize(bytes), typeof(Exception));
        var history = Services.GetRequiredService<Serializer<OutputEntry[]>>();
        yield return new("history row", [history.SerializeToArray([new OutputEntry { Id = "tx-1", Payload = [1, 2, 3], Time = Now }])], bytes => history.Deserialize(bytes), typeof(Exception));
        var signals = new ExportDraft(new OtlpOptions(), Now.ToUnixTimeMilliseconds(), Now.ToUnixTimeMilliseconds());
        OtlpSignal.Logs.Read(Words.Logs("checkout", Words.Log("failed")).ToByteArray(), json: false, signals);
        yield return new("service signals in the log", [.. signals.Cut().Select(ServiceSignalsJson.Write)], json => new ServiceProcessor().Judge(json, new ReadingDefaults("s", Now, "checkout")), typeof(InvalidDataException));
    }

    private static IEnumerable<Decoder> Texts()
    {
        var log = new FakeEventLog(new Dictionary<string, int> { ["transactions"] = 2, ["decisions"] = 3 }, TimeProvider.System);
        yield return new("event stream cursor", [Bytes("1-0-0-0"), Bytes("2~decisions:0.0.0~transactions:0.0")], text => StreamCursor.Parse(Text(text), log, ["decisions", "transactions"]));
        yield return new("position", [Bytes("transactions:3:1843")], text => _ = Position.TryParse(Text(text), out _));
        yield return new("presented key", [Bytes("Bearer osk_0a1b2c3d4e5f6071_AAAA"), Bytes("Basic b3NrXzE6"), Bytes("Basic AAAA")], text => PresentedKey.Of(Headers([.. "authorization:"u8, .. text])).ToList().ForEach(key => ApiKeyText.IdOf(key)));
        yield return new("preferences", [Bytes("prefer:wait=2, respond-async"), Bytes("prefer:wait=-1")], text => Preferences.Wait(Headers(text), new GatewayOptions()));
        yield return new("alert matcher", [Bytes("alertname=~\"a|b\""), Bytes("severity!=\"page\"")], text => MatcherParser.Parse(Text(text)));
    }

    private static void Batch(byte[] body)
    {
        var batch = SegmentEnvelope.Member(body, "batch"u8);
        SegmentIngest.ReadSentAt(SegmentEnvelope.Member(body, "sentAt"u8));
        if (batch.Length == 0 || batch.Span[0] != '[') return;
        foreach (var message in JsonRecords.SplitArray(batch, 100)) SegmentMessage.Read(message.Span, new SegmentContext(null, Now, null, TimeSpan.FromMinutes(5)));
    }

    private static void Export(OtlpSignal signal, byte[] body, bool json)
    {
        var draft = new ExportDraft(new OtlpOptions(), Now.ToUnixTimeMilliseconds(), Now.AddMinutes(5).ToUnixTimeMilliseconds());
        signal.Read(body, json, draft);
        foreach (var signals in draft.Cut()) ServiceSignalsJson.Write(signals);
        signal.Answer((draft.Rejections.Count, draft.Rejections.Describe()));
    }

    private static void Unpack(byte[] body, string encoding)
    {
        var context = new DefaultHttpContext { RequestServices = Services };
        context.Request.Body = new MemoryStream(body);
        context.Request.Headers.ContentEncoding = encoding;
        RequestBody.ReadPlainAsync(context.Request, Gateway.MaxBodyBytes, 1 << 20, CancellationToken.None).GetAwaiter().GetResult();
        context.Response.CompleteAsync().GetAwaiter().GetResult();
    }

    private static HttpRequest Headers(byte[] lines)
    {
        var request = new DefaultHttpContext().Request;
        // As a server does: bytes are characters, names are not empty.
        foreach (string line in Encoding.Latin1.GetString(lines).Split('\n'))
            if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon) request.Headers[line[..colon]] = line[(colon + 1)..];
        return request;
    }

    private static byte[] Brotli(byte[] plain)
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true)) brotli.Write(plain);
        return target.ToArray();
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
