using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Streams.Processing;
using OrleansStream.Testing;

namespace OrleansStream.Streams.Tests.Golden;

/// <summary>Rows of keys and their history: those of the release before, those of a later one, and today's.</summary>
public sealed class GoldenRowTests
{
    private static readonly IServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private static readonly ImmutableArray<DateTimeOffset> Seen = [Records.Time, Records.Time.AddHours(1)];
    private static readonly OutputEntry Entry = new()
    {
        Offset = 41, Index = 0, Id = "tx-41", ReceivedAt = Records.Time, DecidedAt = Records.Time.AddMilliseconds(3), Payload = [1, 2, 3], Source = "pos", Time = Records.Time,
    };
    private static readonly ImmutableArray<OutputEntry> Entries = [Entry, Entry with { Offset = 42, Index = 1, Topic = "alerts", Key = "other", Facts = [9] }];

    private static KeyRow<GoldenState> Row => new()
    {
        State = new GoldenState("card-1", 129.95m, Seen), AppliedOffset = 42, Partition = 3, Recent = Entries, OutputCount = 40,
        Timers = [new KeyTimer("expiry", Records.Time.AddDays(1))], StateVersion = 1, Marks = [new HistoryMark(7, Records.Time), new HistoryMark(30, Records.Time.AddHours(3))],
    };

    [Fact]
    public void ReadsRowsOfBeforeThereWereVersions() => AssertIs(Row with { StateVersion = 0, Marks = null }, Read<KeyRow<GoldenState>>("key-row-1.bin"));

    [Fact]
    public void ReadsRowsOfBeforeHistoryHadMarks() => AssertIs(Row with { Marks = null }, Read<KeyRow<GoldenState>>("key-row-2.bin"));

    [Fact]
    public void ReadsRowsOfBeforeKeysCouldBeErased() => AssertIs(Row, Read<KeyRow<GoldenState>>("key-row-3.bin"));

    [Fact]
    public void ReadsAndWritesTodaysRows()
    {
        GoldenFile.AssertWritten("key-row-4.bin", Write(Row));
        AssertIs(Row, Read<KeyRow<GoldenState>>("key-row-4.bin"));
    }

    [Fact]
    public void LeavesNewMembersEmpty_WhenAnEarlierReleaseWroteTheState()
    {
        var row = Read<KeyRow<LaterGoldenState>>("key-row-1.bin");
        Assert.Equal(("card-1", 129.95m, 0L, null), (row.State.Name, row.State.Total, row.State.Count, row.State.Last));
        Assert.Equal(Seen, row.State.Seen);
    }

    [Fact]
    public void ReadsWhatItKnows_WhenALaterReleaseWroteTheState() => AssertIs(Row with { StateVersion = 0, Marks = null }, Read<KeyRow<GoldenState>>("key-row-1-later-state.bin"));

    [Fact]
    public void ReadsAndWritesHistory()
    {
        GoldenFile.AssertWritten("history-1.bin", Write(Entries.ToArray()));
        Assert.Equal(Entries.Select(e => (e.Offset, e.Index, e.Id, e.Topic, e.Key)), Read<OutputEntry[]>("history-1.bin").Select(e => (e.Offset, e.Index, e.Id, e.Topic, e.Key)));
    }

    private static void AssertIs(KeyRow<GoldenState> expected, KeyRow<GoldenState> row)
    {
        Assert.Equal((expected.State.Name, expected.State.Total), (row.State.Name, row.State.Total));
        Assert.Equal(expected.State.Seen, row.State.Seen);
        Assert.Equal((expected.AppliedOffset, expected.Partition, expected.OutputCount, expected.StateVersion), (row.AppliedOffset, row.Partition, row.OutputCount, row.StateVersion));
        Assert.Equal(expected.IsErased, row.IsErased);
        Assert.Equal(expected.Timers, row.Timers);
        Assert.Equal(expected.Marks, row.Marks);
        for (int i = 0; i < expected.Recent.Length; i++)
        {
            Assert.Equal(expected.Recent[i] with { Payload = [], Facts = null }, row.Recent[i] with { Payload = [], Facts = null });
            Assert.Equal(expected.Recent[i].Payload, row.Recent[i].Payload);
            Assert.Equal(expected.Recent[i].Facts, row.Recent[i].Facts);
        }
    }

    private static T Read<T>(string name) => Services.GetRequiredService<Serializer<T>>().Deserialize(GoldenFile.Read(name))!;

    private static byte[] Write<T>(T item) => Services.GetRequiredService<Serializer<T>>().SerializeToArray(item);
}
