using System.Text;
using CsCheck;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Log;

public sealed class LogRecordCodecTests
{
    /// <summary>A record as version 1 wrote it. Never change it: logs on disk hold such bytes.</summary>
    private const string GoldenVersion1 =
        "AQcAAAAAAAAAAMDFxTdJ3wgAoKEZuI3dCAZjYXJkLTEFcG9zLTkGdHgt4oKsAgt0cmFjZXBhcmVudAUwMC1hYgVlbXB0eQANeyJhbW91bnQiOjF9Cg==";

    // Text of any length from any planes, but no lone surrogates: those are no text and no UTF-8.
    private static readonly Gen<string> Text = Gen.OneOf(
        Gen.Const(""),
        Gen.String[Gen.Char['a', 'z'], 1, 40],
        Gen.String[Gen.Char['\u0000', '\ud7ff'], 0, 300],
        Gen.Int[0x10000, 0x10ffff].Array[1, 20].Select(points => string.Concat(points.Select(char.ConvertFromUtf32))));

    private static readonly Gen<DateTimeOffset> Instant =
        Gen.Long[0, DateTimeOffset.MaxValue.UtcTicks].Select(ticks => new DateTimeOffset(ticks, TimeSpan.Zero));

    private static readonly Gen<LogRecord> Record =
        from key in Text
        from source in Text
        from id in Text
        from time in Instant
        from received in Instant
        from headers in Gen.Select(Text, Text, KeyValuePair.Create).Array[0, 5]
        from value in Gen.OneOf(Gen.Byte.Array[0, 200], Gen.Byte.Array[65_536, 65_536])
        select new LogRecord { Key = key, Source = source, Id = id, Time = time, ReceivedAt = received, Headers = headers, Value = value };

    [Fact]
    public void ComesBackEqual_WhateverTheRecord() => Gen.Select(Record, Gen.Long).Sample((record, offset) =>
    {
        var read = LogRecordCodec.Decode(Encode(record, offset));
        Assert.Equal(
            (offset, record.Key, record.Source, record.Id, record.Time, record.ReceivedAt),
            (read.Offset, read.Key, read.Source, read.Id, read.Time, read.ReceivedAt));
        Assert.Equal(record.Headers, read.Headers);
        Assert.True(record.Value.Span.SequenceEqual(read.Value.Span), $"value of {record.Value.Length} bytes at offset {offset}");
    }, iter: 2000);

    [Fact]
    public void ReadsVersion1_WhenAnEarlierReleaseWroteIt()
    {
        var read = LogRecordCodec.Decode(Convert.FromBase64String(GoldenVersion1));
        Assert.Equal((7, "card-1", "pos-9", "tx-€"), (read.Offset, read.Key, read.Source, read.Id));
        Assert.Equal((Golden.Time, Golden.ReceivedAt), (read.Time, read.ReceivedAt));
        Assert.Equal(Golden.Headers, read.Headers);
        Assert.Equal("{\"amount\":1}\n", Encoding.UTF8.GetString(read.Value.Span));
    }

    [Fact]
    public void WritesTheGoldenBytes_WhileTheVersionIs1() => Assert.Equal(GoldenVersion1, Convert.ToBase64String(Encode(Golden, 7)));

    [Fact]
    public void TimesBecomeUtc_WhenTheyHaveAnOffset()
    {
        var record = new LogRecord { Key = "k", Id = "i", Time = new DateTimeOffset(2026, 1, 1, 5, 30, 0, TimeSpan.FromHours(5.5)) };
        Assert.Equal(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), LogRecordCodec.Decode(Encode(record, 0)).Time);
    }

    [Fact]
    public void NamesBothVersions_WhenTheVersionIsUnknown()
    {
        byte[] bytes = Convert.FromBase64String(GoldenVersion1);
        bytes[0] = 2;
        var error = Assert.Throws<InvalidDataException>(() => LogRecordCodec.Decode(bytes));
        Assert.Contains("version 2", error.Message, StringComparison.Ordinal);
        Assert.Contains("version 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void IsInvalidData_WhereverTheBytesAreCut()
    {
        byte[] bytes = Convert.FromBase64String(GoldenVersion1);
        for (int length = 0; length < bytes.Length; length++)
        {
            var cut = bytes.AsMemory(0, length);
            Assert.True(ErrorOf(cut) is InvalidDataException, $"cut after {length} of {bytes.Length} bytes");
        }
    }

    [Fact]
    public void IsInvalidData_WhenTheHeaderCountIsAbsurd()
    {
        byte[] bytes = [1, .. new byte[24], 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0x07];
        Assert.IsType<InvalidDataException>(ErrorOf(bytes));
    }

    [Fact]
    public void IsARecordOrInvalidData_WhateverBytesAreChanged() =>
        Gen.Select(Gen.Int[0, 1 << 20], Gen.Byte).Array[1, 8].Sample(changes =>
        {
            byte[] bytes = Convert.FromBase64String(GoldenVersion1);
            foreach (var (at, value) in changes) bytes[at % bytes.Length] = value;
            var error = ErrorOf(bytes);
            Assert.True(error is null or InvalidDataException, $"{error?.GetType().Name} of {Convert.ToBase64String(bytes)}");
        }, iter: 20_000);

    private static LogRecord Golden => new()
    {
        Key = "card-1", Source = "pos-9", Id = "tx-€",
        Time = new DateTimeOffset(2025, 5, 7, 22, 40, 0, TimeSpan.Zero), ReceivedAt = new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero),
        Headers = [new("traceparent", "00-ab"), new("empty", "")], Value = Encoding.UTF8.GetBytes("{\"amount\":1}\n"),
    };

    private static byte[] Encode(LogRecord record, long offset)
    {
        var buffer = new byte[LogRecordCodec.MaxLength(record)];
        return buffer[..LogRecordCodec.Encode(record, offset, buffer)];
    }

    private static Exception? ErrorOf(ReadOnlyMemory<byte> bytes) => Xunit.Record.Exception(() => LogRecordCodec.Decode(bytes));
}
