using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded.Faults;

/// <summary>
/// Power goes at any operation, several times in one log's life; unflushed writes and names survive in any part. Compared with a model built from what was
/// acknowledged.
/// </summary>
public sealed class PowerLossTests
{
    private const int Seeds = 240, Lives = 3, Appenders = 4;

    [Fact]
    public async Task HoldsAllThatWasAcknowledgedAndNothingElse_WheneverThePowerGoes()
    {
        int first = TestSeed.Next();
        int seeds = Environment.GetEnvironmentVariable("ORLEANSSTREAM_SEED") is null ? Seeds : 1;
        for (int seed = first; seed < first + seeds; seed++)
        {
            var error = await Record.ExceptionAsync(new Run(seed).LiveAsync);
            Assert.True(error is null, $"ORLEANSSTREAM_SEED={seed}: {error}");
        }
    }

    private sealed class Run(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly Dictionary<string, int> _handedIn = [];
        private readonly Dictionary<string, long> _acknowledged = [];
        private long _highestSeen = -1;
        private long _low;

        public async Task LiveAsync()
        {
            var files = new FaultyFileSystem();
            for (int life = 1; life <= Lives; life++)
            {
                string phase = $"ORLEANSSTREAM_SEED={seed}, life {life}";
                files.LosePowerAt(_random.Next(60, 400), _random.Next());
                await AppendUntilDarkAsync(files, life);
                files = files.AfterPowerLoss ?? throw new InvalidOperationException($"{phase}: the power stayed on.");
                var log = Open(files);
                await AssertHoldsAsync(log, phase);
                var next = Assert.Single(await FaultyLog.AppendAsync(log, [$"after-{life}"]));
                Assert.True(next.Position.Offset > _highestSeen, $"{phase}: offset {next.Position.Offset} was given before, up to {_highestSeen}");
                _handedIn[$"after-{life}"] = 40;
                _acknowledged[$"after-{life}"] = next.Position.Offset;
                await log.DisposeAsync();
                log = Open(files);
                await AssertHoldsAsync(log, $"{phase}, opened again");
                await log.DisposeAsync();
            }
        }

        private static EmbeddedLog Open(FaultyFileSystem files) => FaultyLog.Open(files, o => o.SegmentBytes = 3_000);

        private async Task AppendUntilDarkAsync(FaultyFileSystem files, int life)
        {
            EmbeddedLog log;
            try
            {
                log = Open(files);
            }
            catch (LogUnavailableException) when (files.AfterPowerLoss is not null)
            {
                return;
            }
            await Task.WhenAll(Enumerable.Range(0, Appenders).Select(appender => Task.Run(() => AppendAsync(log, appender, life, new Random(seed + appender)))));
            await log.DisposeAsync();
        }

        private async Task AppendAsync(EmbeddedLog log, int appender, int life, Random random)
        {
            for (int number = 0; ; number += 8)
            {
                int count = 1 + random.Next(8), bytes = random.Next(600);
                string[] ids = [.. Enumerable.Range(number, count).Select(i => $"{life}-{appender}-{i:d6}")];
                lock (_handedIn) foreach (string id in ids) _handedIn[id] = bytes;
                try
                {
                    var results = await FaultyLog.AppendAsync(log, ids, bytes);
                    lock (_handedIn)
                    {
                        for (int i = 0; i < ids.Length; i++) _acknowledged.Add(ids[i], results[i].Position.Offset);
                        _highestSeen = Math.Max(_highestSeen, results[^1].Position.Offset);
                    }
                    if (random.Next(6) == 0) await log.CommitAsync("g", FaultyLog.Partition, results[0].Position.Offset);
                    if (random.Next(12) == 0) await TrimAsync(log, results[0].Position.Offset / 2);
                }
                catch (LogUnavailableException)
                {
                    return;
                }
            }
        }

        private async Task TrimAsync(EmbeddedLog log, long before)
        {
            await log.TrimAsync(FaultyLog.Partition, before);
            lock (_handedIn) _low = Math.Max(_low, before);
        }

        private async Task AssertHoldsAsync(EmbeddedLog log, string phase)
        {
            var found = new Dictionary<string, long>();
            long last = -1;
            foreach (var record in await FaultyLog.ReadAllAsync(log))
            {
                Assert.True(record.Offset > last, $"{phase}: offset {record.Offset} after {last}");
                Assert.True(_handedIn.TryGetValue(record.Id, out int bytes), $"{phase}: {record.Id} was never handed in");
                Assert.True(found.TryAdd(record.Id, record.Offset), $"{phase}: {record.Id} is there twice");
                Assert.True(record.Value.Length == bytes && Records.Text(record).All(c => c == (char)('a' + record.Id.Length % 26)), $"{phase}: {record.Id} has other bytes");
                last = record.Offset;
            }
            foreach (var (id, offset) in _acknowledged)
                Assert.True(offset < _low || (found.TryGetValue(id, out long at) && at == offset), $"{phase}: {id} was acknowledged at {offset}, found {found.GetValueOrDefault(id, -1)}");
            foreach (var appender in found.Where(f => !f.Key.StartsWith("after", StringComparison.Ordinal)).GroupBy(f => f.Key.Split('-')[1]))
                Assert.True(appender.OrderBy(f => f.Value).Select(f => f.Key).SequenceEqual(appender.Select(f => f.Key).Order(StringComparer.Ordinal)), $"{phase}: appender {appender.Key} is out of order");
            _highestSeen = Math.Max(_highestSeen, last);
        }
    }
}
