using System.Text;
using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Conformance.Model;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Conformance.RandomFaults;

/// <summary>
/// A producer as there are many: sends batches of events for a few keys, some of them poison, timers or events for others; sends a batch whose answer was lost
/// again, or gives up; and sends some twice for no reason.
/// </summary>
internal sealed class RandomWorkload(IEventLog log, RunChecker checker, Random random, string prefix)
{
    private readonly int _keys = 1 + random.Next(12);
    private readonly List<LogRecord> _sent = [];
    private int _next;

    /// <summary>Answers that cannot be right.</summary>
    public List<string> Wrong { get; } = [];

    public string Key(int index) => $"{prefix}k{index}";

    public string AnyKey() => Key(random.Next(_keys));

    public async Task SendAsync()
    {
        var batch = Enumerable.Range(0, 1 + random.Next(40)).Select(_ => Make()).ToList();
        if (_sent.Count > 0 && random.Next(4) == 0)
            batch.AddRange(Enumerable.Range(0, 1 + random.Next(5)).Select(_ => _sent[random.Next(_sent.Count)]));
        foreach (var record in batch) checker.Appends.Try(record);
        for (int attempts = random.Next(4); ; attempts--)
        {
            try
            {
                var results = await log.AppendAsync(ChainProcessor.Topic, batch);
                Wrong.AddRange(batch.Zip(results, checker.Appends.Acknowledge).OfType<string>());
                _sent.AddRange(batch);
                return;
            }
            catch (Exception e) when (e is IOException or TimeoutException or TaskCanceledException or LogUnavailableException)
            {
                if (attempts <= 0) return;
            }
        }
    }

    private LogRecord Make() => new()
    {
        Key = AnyKey(), Id = $"{prefix}{_next++:d5}", Time = DateTimeOffset.UtcNow.AddTicks(_next), ReceivedAt = DateTimeOffset.UtcNow,
        Value = Encoding.UTF8.GetBytes(random.Next(40) switch
        {
            0 => ProcessorFaults.Poison,
            1 or 2 => $"timer t{random.Next(3)} {random.Next(120)}",
            3 => $"cancel t{random.Next(3)}",
            4 or 5 => $"emit {AnyKey()}",
            _ => "plain",
        }),
    };
}
