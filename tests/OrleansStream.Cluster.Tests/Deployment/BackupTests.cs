using System.Diagnostics;
using OrleansStream.Cluster.Tests.Crash;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Deployment;

/// <summary>A copy of log and state taken under load goes on elsewhere: nothing is lost, nothing counts twice.</summary>
public sealed class BackupTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task GoesOnElsewhereAsIfNothingHadHappened_WhenACopyTakenUnderLoadIsStarted()
    {
        var stop = TestContext.Current.CancellationToken;
        using ScratchDirectory data = new(), elsewhere = new();
        TransactionLoad before = new(seed: 21, cards: 30, transactions: 3_000), during = new(seed: 22, cards: 30, transactions: 6_000);
        string[] cards = [.. before.CardIds, .. during.CardIds];
        string copy = Path.Combine(elsewhere.Path, "copy");
        CardsSnapshot original, accepted;
        await using (var local = await LocalProcess.StartAsync(data.Path))
        {
            string[] positions = await before.SendAsync(() => local, stop);
            int answered = 0;
            var flowing = new TaskCompletionSource();
            during.Answered = n =>
            {
                Volatile.Write(ref answered, n);
                if (n == during.Batches / 4) flowing.TrySetResult();
            };
            var sending = during.SendAsync(() => local, stop);
            await flowing.Task;

            int sentBefore = Volatile.Read(ref answered);
            await BackUpAsync(data.Path, copy);
            int sentAfter = Volatile.Read(ref answered);

            output.WriteLine($"Copied while batches {sentBefore} to {sentAfter} of {during.Batches} were answered.");
            original = await CardsSnapshot.ReadAsync(local, cards, [.. positions, .. await sending], stop);
            accepted = await CardsSnapshot.ReadAsync(local, before.CardIds, positions, stop);
        }

        await using var restored = await LocalProcess.StartAsync(copy);

        // What was accepted before is there, applied once, whether the copied state had it or only the copied log.
        var kept = await CardsSnapshot.ReadAsync(restored, before.CardIds, await EndsAsync(restored, stop), stop);
        AssertSame(accepted, kept);
        // A careful client sends again what it has no answer for; here it sends everything.
        string[] again = [.. await before.SendAsync(() => restored, stop), .. await during.SendAsync(() => restored, stop)];
        AssertSame(original, await CardsSnapshot.ReadAsync(restored, cards, again, stop));
    }

    [Fact]
    public async Task SaysWhy_WhenThereIsNothingToCopyOrTheTargetIsInUse()
    {
        using ScratchDirectory data = new(), target = new();
        File.WriteAllText(Path.Combine(target.Path, "other"), "");
        Assert.Contains("--data", await RefusedAsync(data.Path, Path.Combine(target.Path, "copy")), StringComparison.Ordinal);
        Assert.Contains("is not empty", await RefusedAsync(data.Path, target.Path), StringComparison.Ordinal);
    }

    /// <summary>The last positions of the topic, so that everything in the log is applied before anything is compared.</summary>
    private static async Task<string[]> EndsAsync(LocalProcess local, CancellationToken stop)
    {
        using var topics = System.Text.Json.JsonDocument.Parse(await local.Http.GetStringAsync(new Uri("/v1/topics", UriKind.Relative), stop));
        var transactions = topics.RootElement.GetProperty("items").EnumerateArray().Single(t => t.GetProperty("name").GetString() == "transactions");
        return [.. transactions.GetProperty("partitions").EnumerateArray().Where(p => p.GetProperty("high").GetInt64() > 0)
            .Select(p => $"transactions:{p.GetProperty("partition").GetInt32()}:{p.GetProperty("high").GetInt64() - 1}")];
    }

    private static void AssertSame(CardsSnapshot expected, CardsSnapshot actual)
    {
        Assert.Equal(expected.Profiles, actual.Profiles);
        Assert.Equal(expected.Decisions, actual.Decisions);
    }

    private async Task BackUpAsync(string data, string target)
    {
        var (exit, text) = await RunAsync(data, target);
        output.WriteLine(text.Trim());
        Assert.True(exit == 0, text);
        Assert.True(File.Exists(Path.Combine(target, "backup.json")));
    }

    private static async Task<string> RefusedAsync(string data, string target)
    {
        var (exit, text) = await RunAsync(data, target);
        Assert.Equal(1, exit);
        return text;
    }

    private static async Task<(int Exit, string Text)> RunAsync(string data, string target)
    {
        var start = new ProcessStartInfo(ProductProcess.BinaryOf("OrleansStream.Local"), ["backup", target, "--data", data]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync()).WaitAsync(Limit);
        await process.WaitForExitAsync().WaitAsync(Limit);
        return (process.ExitCode, string.Concat(texts));
    }
}
