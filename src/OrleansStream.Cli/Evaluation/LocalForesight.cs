using System.IO.Hashing;
using System.Text;
using OrleansStream.Cli.Benchmarks;
using OrleansStream.Domain.Recommendations.Neighbours;

namespace OrleansStream.Cli.Evaluation;

/// <summary>The server's own function, in this process.</summary>
internal sealed class LocalForesight(TimeProvider clock) : ISessionForesight
{
    private const int Listed = 21;
    private readonly NeighbourIndex _index = new(new NeighbourOptions { MaxSessions = 1_000_000 });
    private readonly Dictionary<string, List<string>> _sessions = [];
    private readonly List<NextItem> _answers = [];

    public LatencySamples Latency { get; } = new();

    public Task LearnAsync(IReadOnlyList<SessionClick> clicks, Action<int> done, CancellationToken stop)
    {
        foreach (var chunk in clicks.Chunk(1_000))
        {
            stop.ThrowIfCancellationRequested();
            foreach (var click in chunk)
            {
                _index.Add(HashOf("train", click.Session), click.Item);
            }

            done(chunk.Length);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>> ClickAsync(SessionClick click, CancellationToken stop)
    {
        var start = clock.GetTimestamp();
        var key = HashOf("test", click.Session);
        if (!_sessions.TryGetValue(click.Session, out var items))
        {
            _sessions.Add(click.Session, items = []);
        }

        items.Add(click.Item);
        _index.Add(key, click.Item);
        _index.Query(items, key, Listed, _answers);
        IReadOnlyList<string> answer = [.. _answers.Select(next => next.Item)];
        Latency.Add(clock.GetElapsedTime(start));
        return Task.FromResult(answer);
    }

    private static ulong HashOf(string file, string session) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{file}\n{session}"));
}
