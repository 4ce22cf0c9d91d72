using System.Collections.Immutable;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Streams.Checkpoints;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Processing;

public sealed class OutputHistoryTests
{
    private static readonly GrainId Grain = GrainId.Create("test", "k");
    private static readonly Serializer<OutputEntry[]> Serializer =
        new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer<OutputEntry[]>>();

    /// <summary>Inputs with any number of outputs: row and chunks together give back every output, from wherever they are read.</summary>
    [Fact]
    public void GivesBackEveryOutput_HoweverManyAnInputMade() => Gen.Int[0, 40].Array[1, 40].Array[1, 8].Sample(batches =>
    {
        var store = new FakeCheckpointStore();
        var history = new OutputHistory(store, Serializer);
        ImmutableArray<OutputEntry> recent = [];
        var all = new List<OutputEntry>();
        long offset = 0;
        for (int version = 0; version < batches.Length; version++)
        {
            foreach (int outputs in batches[version])
            {
                var made = Enumerable.Range(0, outputs).Select(i => new OutputEntry { Offset = offset, Index = i, Id = $"id-{offset}" }).ToList();
                all.AddRange(made);
                recent = recent.AddRange(made);
                offset += 3;
            }
            var chunks = new List<HistoryChunk>();
            recent = history.Spill(recent, chunks, long.MaxValue);
            Assert.Equal(new[] { CheckpointOutcome.Written }, Sync(store.WriteAsync([new CheckpointWrite(Grain, version, [], chunks, [])])));
        }
        for (long from = 0; from <= offset; from += 1 + offset / 20)
        {
            var expected = all.Where(e => e.Offset >= from).Select(Name);
            Assert.Equal(expected, Sync(history.ReadRangeAsync(Grain, recent, from, long.MaxValue).AsTask()).Select(Name));
            long to = from + offset / 7;
            var between = all.Where(e => e.Offset >= from && e.Offset <= to).Select(Name);
            Assert.Equal(between, Sync(history.ReadRangeAsync(Grain, recent, from, to).AsTask()).Select(Name));
            var before = all.Where(e => e.Offset < from).Select(Name).Reverse().Take(25);
            Assert.Equal(before, Sync(history.ReadAsync(Grain, recent, from, 25).AsTask()).Select(Name));
        }
        foreach (var input in all.GroupBy(e => e.Offset).Where((_, i) => i % 7 == 0))
        {
            Assert.Equal(input.Key, Sync(history.FindAsync(Grain, recent, $"id-{input.Key}").AsTask())?.Offset);
            Assert.Equal(input.Select(Name), Sync(history.AtAsync(Grain, recent, input.Key).AsTask()).Select(Name));
        }
    }, iter: 200);

    [Fact]
    public void KeepsTheRowSmall_WhenEachInputMakesOneOutput()
    {
        var history = new OutputHistory(new FakeCheckpointStore(), Serializer);
        ImmutableArray<OutputEntry> recent = [];
        for (long offset = 0; offset < 500; offset++)
        {
            recent = history.Spill(recent.Add(new OutputEntry { Offset = offset, Id = $"{offset}" }), [], long.MaxValue);
            Assert.InRange(recent.Length, 1, OutputHistory.MaxRecent);
        }
    }

    private static string Name(OutputEntry entry) => $"{entry.Offset}/{entry.Index}";

    private static T Sync<T>(Task<T> task) => task.GetAwaiter().GetResult();
}
