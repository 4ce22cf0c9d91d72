using System.Text;
using System.Text.Json;
using OrleansStream.Testing;

namespace OrleansStream.Cluster.Tests.Crash;

/// <summary>The product's binary, killed with SIGKILL while visitors click: what it counts equals a recount of what it took, and what it recommends is as before.</summary>
public sealed class ShopCrashTests(ITestOutputHelper output)
{
    private const int Visitors = 30, Clicks = 1_500, Batch = 25, Kills = 3;

    [Fact]
    public async Task CountsEqualARecountAndRecommendationsAreAsBefore_WhenKilledAtRandomMoments()
    {
        int seed = Environment.GetEnvironmentVariable("ORLEANSSTREAM_SEED") is { } given ? int.Parse(given, System.Globalization.CultureInfo.InvariantCulture) : Environment.TickCount & 0xffff;
        output.WriteLine($"ORLEANSSTREAM_SEED={seed}");
        var stop = TestContext.Current.CancellationToken;
        var random = new Random(seed);
        using var data = new ScratchDirectory();
        var local = await LocalProcess.StartAsync(data.Path);
        int port = local.Url.Port;
        try
        {
            var start = DateTimeOffset.UtcNow.AddHours(-1);
            var clicks = Enumerable.Range(0, Clicks).Select(n => new Click($"m-{n}", $"visitor-{random.Next(Visitors)}", $"item-{random.Next(40)}", start.AddSeconds(n))).ToList();
            var moments = Enumerable.Range(0, Kills).Select(_ => random.Next(5, (Clicks / Batch) - 5)).ToHashSet();
            for (int batch = 0; batch * Batch < Clicks; batch++)
            {
                var some = clicks.Skip(batch * Batch).Take(Batch);
                if (moments.Contains(batch))
                {
                    // In the middle of it: whether it was taken nobody knows, so it is sent again.
                    var sending = local.Http.PostAsync("/v1/batch", Body(some), stop);
                    await Task.Delay(random.Next(0, 5), stop);
                    await local.KillAsync();
                    await ((Task)sending).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                    await local.DisposeAsync();
                    local = await LocalProcess.StartAsync(data.Path, port);
                }
                using var answer = await local.Http.PostAsync("/v1/batch", Body(some), stop);
                answer.EnsureSuccessStatusCode();
            }

            var before = await StateAsync(local, stop);
            Assert.Equal(Recount(clicks), before.Counts);
            await local.KillAsync();
            await local.DisposeAsync();
            local = await LocalProcess.StartAsync(data.Path, port);
            var after = await StateAsync(local, stop);
            Assert.Equal(before.Counts, after.Counts);
            Assert.Equal(before.Sessions, after.Sessions);
            Assert.Equal(before.Index, after.Index);
            Assert.Equal(before.Trending, after.Trending);
            Assert.Equal(before.Recommended, after.Recommended);
        }
        finally
        {
            await local.DisposeAsync();
        }
    }

    private static string Recount(IEnumerable<Click> clicks) =>
        string.Join('\n', clicks.GroupBy(c => c.User).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => $"{g.Key}: {g.Count()}"));

    private static StringContent Body(IEnumerable<Click> clicks) => new($$"""{"batch":[{{string.Join(',', clicks.Select(c => c.ToJson()))}}]}""", Encoding.UTF8, "application/json");

    /// <summary>What it shows when all that was taken is applied and in the index.</summary>
    private static async Task<ShopState> StateAsync(LocalProcess local, CancellationToken stop)
    {
        var (counts, sessions, recommended) = (new List<string>(), new List<string>(), new List<string>());
        var users = Enumerable.Range(0, Visitors).Select(v => $"visitor-{v}").Order(StringComparer.Ordinal).ToList();
        int level = 0;
        for (long started = Environment.TickCount64; ; await Task.Delay(50, stop))
        {
            counts.Clear();
            sessions.Clear();
            foreach (string user in users)
            {
                var profile = await JsonAsync(local, $"/v1/users/{user}", stop);
                counts.Add($"{user}: {profile.GetProperty("counts").GetProperty("views").GetInt64()}");
                sessions.Add(profile.GetProperty("session").GetRawText());
            }
            var index = await JsonAsync(local, "/v1/recommendations/index", stop);
            var trending = await JsonAsync(local, "/v1/trending?limit=100", stop);
            // Steps leave a moment after they are durable: level for a while is level.
            bool isLevel = index.GetProperty("lag").GetInt64() == 0 && counts.Sum(c => int.Parse(c.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)) >= Clicks;
            level = isLevel ? level + 1 : 0;
            if (level < 5 && Environment.TickCount64 - started < 60_000) continue;
            foreach (string user in users.Take(10))
                recommended.Add(string.Join(',', (await JsonAsync(local, $"/v1/users/{user}/recommendations?limit=100", stop)).GetProperty("items").EnumerateArray().Select(i => i.GetProperty("itemId").GetString()).Order(StringComparer.Ordinal)));
            return new ShopState(
                string.Join('\n', counts), string.Join('\n', sessions), $"{index.GetProperty("sessions")}, {index.GetProperty("items")}",
                string.Join(',', trending.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("itemId").GetString())), string.Join('\n', recommended));
        }
    }

    private static async Task<JsonElement> JsonAsync(LocalProcess local, string path, CancellationToken stop) =>
        JsonDocument.Parse(await local.Http.GetStringAsync(path, stop)).RootElement;

    private sealed record ShopState(string Counts, string Sessions, string Index, string Trending, string Recommended);

    private sealed record Click(string Id, string User, string Item, DateTimeOffset Time)
    {
        public string ToJson() => $$$"""{"type":"track","messageId":"{{{Id}}}","userId":"{{{User}}}","event":"Product Viewed","timestamp":"{{{Time:O}}}","properties":{"product_id":"{{{Item}}}"}}""";
    }
}
