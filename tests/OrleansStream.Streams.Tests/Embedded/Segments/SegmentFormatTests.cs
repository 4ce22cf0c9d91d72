using OrleansStream.Streams.Embedded.Segments;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Tests.Embedded.Faults;

namespace OrleansStream.Streams.Tests.Embedded.Segments;

/// <summary>
/// Format version 1, byte for byte: files that earlier builds wrote must open for ever. A change that breaks this test needs a new version number and
/// code that still reads this one.
/// </summary>
public sealed class SegmentFormatTests
{
    private static readonly string[] Golden =
    [
        "4f5354524d4c4f4701000000000000003207000000000000ffffffffffffffff",
        "0000000000000000000000000000000000c0c5c53749df0801c59535bf92539a",
        "efcdab8967452301a6c2e7156a22747cefcdab8967452301064b768020261f7a",
        "8000000002000000320700000000000000edf6c63749df084f00000001320700",
        "000000000000edf6c63749df0800c0c5c53749df0806636172642d3103706f73",
        "03742d31020161013109726564726976654f660a6576656e74733a303a370c7b",
        "22616d6f756e74223a317d2900000001330700000000000080565ec63749df08",
        "00c0c5c53749df0808d0bad0bbd18ed1870003742d320000efcdab8967452301",
        "625ab424b21f4d032a00000001000000340700000000000000c0c5c53749df08",
        "2600000001340700000000000000c0c5c53749df0800c0c5c53749df08016b00",
        "03742d3300046c617374",
    ];

    private static readonly LogRecord[] Content =
    [
        new() { Key = "card-1", Source = "pos", Id = "t-1", Time = Records.Time, ReceivedAt = Records.Time.AddSeconds(2), Headers = [new("a", "1"), new(LogHeaders.RedriveOf, "events:0:7")], Value = "{\"amount\":1}"u8.ToArray() },
        new() { Key = "ключ", Id = "t-2", Time = Records.Time, ReceivedAt = Records.Time.AddSeconds(1), Value = ReadOnlyMemory<byte>.Empty },
    ];

    [Fact]
    public void IsTheGoldenFile_WhenTheSameIsWritten() => Assert.Equal(Golden, Convert.ToHexStringLower(Write()).Chunk(64).Select(c => new string(c)));

    [Fact]
    public async Task IsReadBack_WhenTheGoldenFileIsOpened()
    {
        var files = new FaultyFileSystem();
        files.WriteAll($"{FaultyLog.PartitionDirectory}/00000000000000001842.log", Convert.FromHexString(string.Concat(Golden)));
        await using var log = FaultyLog.Open(files);
        var all = await FaultyLog.ReadAllAsync(log);
        Assert.Equal(new LogWatermarks(1842, 1845), log.Watermarks(FaultyLog.Partition));
        Assert.Equal([1842, 1843, 1844], all.Select(r => r.Offset));
        foreach (var (expected, read) in Content.Zip(all))
        {
            Assert.Equal((expected.Key, expected.Source, expected.Id, expected.Time, expected.ReceivedAt), (read.Key, read.Source, read.Id, read.Time, read.ReceivedAt));
            Assert.Equal(expected.Headers, read.Headers);
            Assert.Equal(expected.Value.ToArray(), read.Value.ToArray());
        }
        Assert.True((await log.AppendAsync(FaultyLog.Topic, Content)).All(r => r.Duplicate), "its identities are known");
    }

    private static byte[] Write()
    {
        var header = new SegmentHeader(1842, SegmentHeader.NoPrevious, 0, 0, Records.Time.UtcTicks, SegmentHeader.Identity(FaultyLog.Partition), Marker: 0x0123456789abcdef);
        byte[] file = new byte[SegmentHeader.Length];
        header.Write(file);
        foreach (LogRecord[] records in new[] { Content, [Records.Of("k", "t-3", "last")] })
        {
            var block = new BlockBuilder();
            block.Start(file.Length == SegmentHeader.Length ? 1842 : 1844);
            foreach (var record in records) Assert.True(block.TryAdd(record));
            file = [.. file, .. block.Seal(header.Marker, file.Length)];
        }
        return file;
    }
}
