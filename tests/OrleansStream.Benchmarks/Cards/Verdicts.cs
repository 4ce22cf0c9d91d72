using System.Diagnostics;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>What the hand-in side has seen of the decisions: each once, the right one, and when.</summary>
internal static class Verdicts
{
    private const int Seen = 1 << 16;
    private static int[] _verdicts = [];
    private static long[]? _seenAt;
    private static long _count, _twice;

    public static long Count => Interlocked.Read(ref _count);

    /// <summary>Decisions of payments that had one already.</summary>
    public static long Twice => Interlocked.Read(ref _twice);

    public static void Reset(int events, bool timed) => (_verdicts, _seenAt, _count, _twice) = (new int[events], timed ? new long[events] : null, 0, 0);

    public static void Add(CardVerdict verdict)
    {
        if (_seenAt is { } times) times[verdict.Number] = Stopwatch.GetTimestamp();
        if (Interlocked.Exchange(ref _verdicts[verdict.Number], Pack(verdict)) != 0) Interlocked.Increment(ref _twice);
        else Interlocked.Increment(ref _count);
    }

    public static long SeenAt(int number) => _seenAt![number];

    /// <summary>Until so many payments have their decision.</summary>
    /// <exception cref="TimeoutException">None has come for a minute.</exception>
    public static async Task ReachAsync(long count)
    {
        long last = -1, since = Environment.TickCount64;
        while (Count is var now && now < count)
        {
            if (now != last) (last, since) = (now, Environment.TickCount64);
            else if (Environment.TickCount64 - since > 60_000) throw new TimeoutException($"{now:n0} of {count:n0} decisions have come, and none for a minute.");
            await Task.Delay(1);
        }
    }

    /// <summary>Holds a producer back while too many payments wait for their decision.</summary>
    public static async ValueTask HoldBackAsync(long sent, int window)
    {
        while (sent - Count > window) await Task.Delay(1);
    }

    /// <summary>How many decisions are not those of a plain loop over the same payments.</summary>
    public static int Differences(CardWorkload work, int count)
    {
        var histories = new Dictionary<string, CardHistory>();
        int different = 0;
        for (int i = 0; i < count; i++)
        {
            var payment = work.Payment(i);
            var (history, verdict) = CardCheck.Decide(histories.GetValueOrDefault(payment.Card, CardHistory.Empty), payment);
            histories[payment.Card] = history;
            if (_verdicts[i] != Pack(verdict)) different++;
        }
        return different;
    }

    private static int Pack(CardVerdict verdict) => Seen | verdict.Outcome << 8 | verdict.Reasons;
}
