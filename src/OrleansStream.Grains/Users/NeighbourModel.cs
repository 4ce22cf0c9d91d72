using System.IO.Hashing;
using System.Text;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Recommendations;
using OrleansStream.Domain.Recommendations.Neighbours;
using OrleansStream.Domain.Recommendations.Users;
using OrleansStream.Grains.Catalog;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Users;

/// <summary>
/// What all visitors' sessions tell, in every silo: the neighbour index and what is trending, tailed from the steps of sessions. It is behind the log by moments, which
/// <c>orleansstream.readmodel.staleness</c> says.
/// </summary>
/// <remarks>Queries take a lock of its own: a whole batch of records is taken in under the model's gate.</remarks>
public sealed class NeighbourModel(CatalogModel catalog, IOptions<RecommendationOptions> options) : ReadModel
{
    public const string ModelName = "neighbour-index";
    private const byte IndexPiece = 1, TrendingPiece = 2;
    private readonly Lock _lock = new();
    private readonly NeighbourIndex _index = new(NeighbourOptions.Default with { MaxSessions = options.Value.MaxSessions, MaxItems = options.Value.MaxItems });
    private readonly Trending _trending = new();
    private readonly List<NextItem> _answers = [];

    public override string Name => ModelName;

    public override IReadOnlyList<string> Topics { get; } = [UserTopics.SessionClicks];

    /// <summary>A snapshot has all of it: with a million sessions it takes seconds, and reading a quarter of them again takes less.</summary>
    protected override long RecordsWorthStoring => Sizes is var (sessions, items) ? (sessions + items) / 4 : 0;

    /// <summary>Sessions and items kept now.</summary>
    public (int Sessions, int Items) Sizes
    {
        get { lock (_lock) return (_index.SessionCount, _index.ItemCount); }
    }

    /// <summary>The session as the index names it.</summary>
    public static ulong HashOf(string sessionId) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(sessionId));

    /// <summary>What sessions like this one looked at next.</summary>
    public NextItem[] Next(IReadOnlyList<string> session, string? sessionId, int limit)
    {
        lock (_lock)
        {
            _index.Query(session, sessionId is null ? 0 : HashOf(sessionId), limit, _answers);
            return [.. _answers];
        }
    }

    /// <summary>The most trending first.</summary>
    public IReadOnlyList<TrendingItem> Trending(string? category, DateTimeOffset now, int limit)
    {
        lock (_lock) return _trending.Top(category, now, limit);
    }

    protected override void Apply(TopicPartition partition, LogRecord record)
    {
        if (SessionStepView.FromJson(record.Value.Span) is not { ItemId.Length: > 0 } step) return;
        string? category = catalog.CategoryOf(step.ItemId) ?? (step.Category is { } said ? catalog.CategoryId(said) : null);
        // A producer's clock that is ahead must not trend for ever.
        var time = step.Time > record.ReceivedAt ? record.ReceivedAt : step.Time;
        lock (_lock)
        {
            if (step is { Step: true, SessionId.Length: > 0 }) _index.Add(HashOf(step.SessionId), step.ItemId);
            _trending.Add(step.ItemId, category, time, UserRules.Weight(step.Action switch { "order" => ShopAction.Order, "add" => ShopAction.Add, _ => ShopAction.View }));
        }
    }

    protected override void Reset()
    {
        lock (_lock)
        {
            _index.Clear();
            _trending.Clear();
        }
    }

    protected override IEnumerable<byte[]> Snapshot()
    {
        lock (_lock) return _index.Save().Select(piece => (byte[])[IndexPiece, .. piece]).Concat(_trending.Save().Select(piece => (byte[])[TrendingPiece, .. piece]));
    }

    protected override void Restore(ReadOnlySpan<byte> piece)
    {
        lock (_lock)
        {
            if (piece[0] == IndexPiece) _index.Load(piece[1..]);
            else _trending.Load(piece[1..]);
        }
    }
}
