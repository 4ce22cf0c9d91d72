using System.Globalization;
using System.Text.Json;
using OrleansStream.Cli.Api;
using OrleansStream.Cli.Sending.Mapping;

namespace OrleansStream.Cli.Evaluation;

/// <summary>
/// One evaluation: batches in the order of time, each decided before the next is handed in, labels in between, and at the end all decisions of all cards.
/// </summary>
internal sealed class FraudEvaluation(HttpClient http, IReadOnlyList<LabelledRow> rows, TimeSpan labelDelay, TimeProvider clock)
{
    private const int BatchSize = 250;
    private const int LabelsAtOnce = 16;
    private const int CardsAtOnce = 8;

    private readonly PatientApi _api = new(http, clock);
    private readonly string _run = clock.GetUtcNow().ToUnixTimeMilliseconds().ToString("x", CultureInfo.InvariantCulture);
    private long _done;

    /// <summary>0 to 1. Handing in is most of it.</summary>
    public double Fraction => rows.Count == 0 ? 1 : Interlocked.Read(ref _done) / (double)rows.Count;

    public async Task<FraudQuality> RunAsync(CancellationToken stop)
    {
        var start = clock.GetTimestamp();
        var labels = new Queue<LabelledRow>();
        foreach (var batch in rows.Chunk(BatchSize))
        {
            var due = new List<LabelledRow>();
            while (labels.TryPeek(out var fraud) && fraud.Time + labelDelay <= batch[0].Time)
            {
                due.Add(labels.Dequeue());
            }

            await Parallel.ForEachAsync(due, Bounded(LabelsAtOnce, stop), async (row, token) => await LabelAsync(row, token));
            await HandInAsync(batch, stop);
            foreach (var fraud in batch.Where(row => row.IsFraud))
            {
                labels.Enqueue(fraud);
            }

            Interlocked.Add(ref _done, batch.Length);
        }

        var scores = await DecisionsAsync(stop);
        return FraudQuality.Of(
            [.. rows.Select(row => scores.TryGetValue(IdOf(row), out var decided) ? decided : throw new CommandStoppedException($"There is no decision on transaction {row.Id}."))],
            [.. rows.Select(row => row.IsFraud)],
            clock.GetElapsedTime(start));
    }

    private string CardOf(LabelledRow row) => $"eval-{_run}-{row.Card}";

    private static string IdOf(LabelledRow row) => $"{row.Id}-{row.Card}";

    private static ParallelOptions Bounded(int most, CancellationToken stop) => new() { MaxDegreeOfParallelism = most, CancellationToken = stop };

    /// <summary>Returns when all of the batch are decided.</summary>
    private async Task HandInAsync(LabelledRow[] batch, CancellationToken stop)
    {
        var answer = await _api.SendLinesAsync("v1/transactions", batch.Select(Transaction), EvalJson.Default.EvalTransaction, stop);
        // The furthest of each partition says it all.
        var positions = answer.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("position").GetString()!)
            .GroupBy(position => position[..position.LastIndexOf(':')])
            .Select(partition => partition.MaxBy(position => long.Parse(position[(position.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture))!);
        await _api.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, $"v1/cards/{CardOf(batch[^1])}");
                request.Headers.TryAddWithoutValidation("Min-Position", positions);
                request.Headers.TryAddWithoutValidation("Prefer", "wait=10");
                return request;
            },
            stop);
    }

    private EvalTransaction Transaction(LabelledRow row) => new(
        IdOf(row), CardOf(row), row.Amount, row.Time, new EvalMerchant(Slug.Of(row.Merchant), row.Merchant, row.Category),
        row is { Lat: { } lat, Lon: { } lon } ? new EvalPlace(lat, lon) : null);

    private async Task LabelAsync(LabelledRow row, CancellationToken stop)
    {
        var body = JsonSerializer.Serialize(new EvalLabel(CardOf(row), true, "chargeback", row.Time + labelDelay), EvalJson.Default.EvalLabel);
        await _api.SendJsonAsync(HttpMethod.Put, $"v1/transactions/{Uri.EscapeDataString(IdOf(row))}/label", body, stop);
    }

    private async Task<Dictionary<string, Scored>> DecisionsAsync(CancellationToken stop)
    {
        var scores = new Dictionary<string, Scored>(rows.Count);
        await Parallel.ForEachAsync(rows.Select(CardOf).Distinct(), Bounded(CardsAtOnce, stop), async (card, token) =>
        {
            string? cursor = null;
            do
            {
                var path = $"v1/cards/{card}/decisions?limit=500" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}");
                var page = await _api.GetAsync(path, token);
                lock (scores)
                {
                    foreach (var decision in page.GetProperty("items").EnumerateArray())
                    {
                        scores[decision.GetProperty("transactionId").GetString()!] = Scored.Of(decision);
                    }
                }

                cursor = page.GetProperty("next").GetString();
            }
            while (cursor is not null);
        });
        return scores;
    }
}
