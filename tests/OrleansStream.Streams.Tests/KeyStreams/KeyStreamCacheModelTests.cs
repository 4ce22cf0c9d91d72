using CsCheck;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streams;
using OrleansStream.Streams.KeyStreams;

namespace OrleansStream.Streams.Tests.KeyStreams;

/// <summary>
/// The cache driven as the pulling agent drives it, by random steps, against a model that only knows subscriptions and what each has
/// taken: nothing is done before every subscription has it, everything is done in the end, each gets all in order.
/// </summary>
public sealed class KeyStreamCacheModelTests
{
    [Fact]
    public void EqualsTheModel_WhateverTheAgentDoes() =>
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 3], Gen.Int[0, 2]).Array[0, 400].Sample(steps =>
        {
            var agent = new ModelAgent(subscriptions: [0, 1, 1, 2]);
            foreach (var (kind, stream, which) in steps)
            {
                switch (kind)
                {
                    case 0 or 1 or 2: agent.Read([stream, which, stream]); break;
                    case 3 or 4: agent.Deliver(stream, which, Outcome.Delivered); break;
                    case 5: agent.Deliver(stream, which, Outcome.Failed); break;
                    case 6: agent.Deliver(stream, which, Outcome.DeadLettered); break;
                    case 7: agent.Tick(); break;
                    case 8: agent.DropStream(stream); break;
                    case 9: agent.CutOff(stream, which); break;
                }
                agent.Check();
            }
            agent.FinishAll();
        }, iter: 2_000);

    private enum Outcome
    {
        Delivered,
        Failed,
        DeadLettered,
    }

    /// <summary>Does what PersistentStreamPullingAgent does with its cache, one step at a time.</summary>
    private sealed class ModelAgent
    {
        private readonly FakeTimeProvider _time = new();
        private readonly TimeSpan _limit;
        private readonly KeyStreamCache _cache;
        private readonly int[] _subscriptions;
        private readonly HashSet<long> _done = [];
        private readonly Dictionary<int, List<Consumer>> _known = [];
        private readonly List<List<long>> _appended;
        private readonly HashSet<(int Stream, int Subscription, long Offset)> _taken = [];
        private readonly HashSet<long> _letters = [];
        private long _next;

        public ModelAgent(int[] subscriptions)
        {
            _subscriptions = subscriptions;
            _appended = [.. subscriptions.Select(_ => new List<long>())];
            var options = new LogStreamOptions { ContainerRecords = 3, CacheRecords = 1_000_000 };
            _limit = options.MaxEventDeliveryTime;
            _cache = new KeyStreamCache("model", options, null, _time, offset => Assert.True(_done.Add(offset), $"{offset} is done twice"));
        }

        public void Read(IEnumerable<int> streams)
        {
            Tick();
            Hand([.. streams.Select(stream =>
            {
                _appended[stream].Add(_next);
                return new StreamRecord(Id(stream), Records.At(_next++));
            })]);
        }

        /// <summary>A read that gives nothing but what the cache wants looked at.</summary>
        public void Tick()
        {
            _cache.TryPurgeFromCache(out _);
            Hand(_cache.TakeAnnouncements());
        }

        public void Deliver(int stream, int which, Outcome outcome)
        {
            if (ConsumerOf(stream, which) is not { } consumer) return;
            if (consumer.Cursor.MoveNextWithResult() != QueueCacheCursorMoveResult.Success) return;
            var offsets = ((StreamRecordBatch)consumer.Cursor.GetCurrent(out _)!).Records.Select(r => r.Offset).ToList();
            var due = _appended[stream].Where(o => !_taken.Contains((stream, consumer.Subscription, o)) && !_letters.Contains(o)).ToList();
            // Repeats may come, but nothing is left out.
            Assert.True(due.Count == 0 || offsets[0] <= due[0], $"stream {stream}: got {offsets[0]}, {due.FirstOrDefault()} was due");
            if (outcome == Outcome.Delivered)
            {
                foreach (long offset in offsets) _taken.Add((stream, consumer.Subscription, offset));
                return;
            }
            if (outcome == Outcome.DeadLettered) _time.Advance(_limit);
            consumer.Cursor.RecordDeliveryFailure();
            if (outcome == Outcome.Failed || _cache.Poison(Id(stream), offsets[^1]) is null) return;
            _letters.Add(offsets[0]);
            _cache.DeadLettered(Id(stream), offsets[0]);
        }

        /// <summary>The stream was idle, or its registration failed: all its cursors go, and the agent forgets it.</summary>
        public void DropStream(int stream)
        {
            if (!_known.Remove(stream, out var consumers)) return;
            foreach (var consumer in consumers) consumer.Cursor.Dispose();
        }

        /// <summary>A delivery broke off and its cursor is opened again, as the agent does it in one turn.</summary>
        public void CutOff(int stream, int which)
        {
            if (ConsumerOf(stream, which) is not { } consumer) return;
            consumer.Cursor.Dispose();
            consumer.Cursor = _cache.TryGetCacheCursor(Id(stream), null).Cursor!;
        }

        public void Check()
        {
            for (int stream = 0; stream < _subscriptions.Length; stream++)
                foreach (long offset in _appended[stream].Where(_done.Contains))
                    for (int s = 0; s < _subscriptions[stream]; s++)
                        Assert.True(_taken.Contains((stream, s, offset)) || _letters.Contains(offset), $"{offset} of stream {stream} is done, but {s} did not get it");
        }

        public void FinishAll()
        {
            for (int round = 0; round < 4; round++)
            {
                Tick();
                foreach (int stream in _known.Keys)
                    for (int s = 0; s < _subscriptions[stream]; s++)
                        for (int i = 0; i < 2 * _next + 4; i++) Deliver(stream, s, Outcome.Delivered);
            }
            Check();
            Assert.Equal((int)_next, _done.Count);
            Assert.Equal((0, 0), (_cache.Records, _cache.Bytes));
            foreach (int stream in _known.Keys.ToList()) DropStream(stream);
            Assert.Equal(0, _cache.Streams);
        }

        private void Hand(IList<IBatchContainer> messages)
        {
            _cache.AddToCache(messages);
            foreach (var id in messages.Select(m => m.StreamId).Distinct())
            {
                int stream = int.Parse(id.GetKeyAsString(), System.Globalization.CultureInfo.InvariantCulture);
                if (_known.ContainsKey(stream)) continue;
                using var pin = _cache.TryGetCacheCursor(id, null).Cursor;
                _known.Add(stream, [.. Enumerable.Range(0, _subscriptions[stream]).Select(s => new Consumer(s, _cache.TryGetCacheCursor(id, null).Cursor!))]);
            }
        }

        private Consumer? ConsumerOf(int stream, int which) => _known.TryGetValue(stream, out var consumers) && which < consumers.Count ? consumers[which] : null;

        private static StreamId Id(int stream) => StreamId.Create("t", $"{stream}");

        private sealed class Consumer(int subscription, IQueueCacheCursor cursor)
        {
            public int Subscription => subscription;

            public IQueueCacheCursor Cursor { get; set; } = cursor;
        }
    }
}
