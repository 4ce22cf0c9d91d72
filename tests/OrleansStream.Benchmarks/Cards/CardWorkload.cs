using System.Globalization;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>
/// Payments of a run, the same for every contender: cards drawn by Zipf's law with exponent 1 (the most used of 100,000 has 8 % of the payments), one payment every 86 ms on
/// average. First those of other cards that warm up, then the passes; the second pass goes on where the first ended, over the same cards.
/// </summary>
internal sealed class CardWorkload
{
    private const int WarmCards = 1_000;
    private const double MeanGapMs = 86.4;
    private const long Start = 1_767_225_600_000;
    private static readonly string[] Currencies = ["EUR", "USD", "GBP", "SEK", "PLN"];
    private static readonly int[] Categories = [5411, 5812, 5541, 5912, 5999, 4111, 5311, 5732, 7011, 4829];
    private readonly byte[][] _json;
    private readonly string[] _cards;

    public CardWorkload(int cards, int warmUp, int events, int seed)
    {
        (WarmUp, Events) = (warmUp, events);
        _json = new byte[warmUp + events][];
        _cards = new string[warmUp + events];
        var random = new Random(seed);
        double[] cumulative = new double[cards];
        double sum = 0, time = Start;
        for (int rank = 0; rank < cards; rank++) cumulative[rank] = sum += 1.0 / (rank + 1);
        for (int i = 0; i < _json.Length; i++)
        {
            time -= Math.Log(1 - random.NextDouble()) * MeanGapMs;
            int card = i < warmUp ? cards + i % WarmCards : Draw(cumulative, random.NextDouble() * sum);
            var payment = Make(i, card, (long)time, random);
            (_json[i], _cards[i]) = (payment.ToJson(), payment.Card);
        }
    }

    /// <summary>The first so many are of other cards.</summary>
    public int WarmUp { get; }

    public int Events { get; }

    public int Total => _json.Length;

    public byte[] Json(int number) => _json[number];

    /// <summary>The key, which a producer has at hand.</summary>
    public string Card(int number) => _cards[number];

    /// <summary>What parsing gives: no two payments share a string, as in a real worker.</summary>
    public CardPayment Payment(int number) => CardPayment.Parse(_json[number]);

    private static int Draw(double[] cumulative, double at)
    {
        int rank = Array.BinarySearch(cumulative, at);
        // Spread, so that the most used do not all lie in one partition.
        return (int)((rank < 0 ? ~rank : rank) * 7919L % cumulative.Length);
    }

    private static CardPayment Make(int number, int card, long time, Random random)
    {
        // A card's habits follow from its number.
        var habits = new Random(card);
        double lat = 36 + habits.NextDouble() * 24, lon = -9 + habits.NextDouble() * 34, usual = 500 + habits.NextDouble() * 9_500;
        long device = habits.NextInt64();
        if (random.NextDouble() < 0.2) device++;
        if (random.NextDouble() < 0.01) device = random.NextInt64();
        double amount = usual * Math.Exp(random.NextDouble() + random.NextDouble() - 1) * (random.NextDouble() < 0.005 ? 12 : 1);
        bool away = random.NextDouble() < 0.005;
        return new CardPayment(
            number, string.Create(CultureInfo.InvariantCulture, $"card-4539-0000-{card:d8}"), (long)amount, Currencies[habits.Next(Currencies.Length)],
            Math.Round(away ? -35 + random.NextDouble() * 90 : lat + (random.NextDouble() - 0.5) / 5, 6), Math.Round(away ? -120 + random.NextDouble() * 240 : lon + (random.NextDouble() - 0.5) / 5, 6),
            string.Create(CultureInfo.InvariantCulture, $"device-fingerprint-{device:x16}"), Categories[random.Next(Categories.Length)], time);
    }
}
