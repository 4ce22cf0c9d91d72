using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Observability.Signals;

namespace OrleansStream.Domain.Tests.Observability;

/// <summary>Signals are read by hand; a serializer, which knows the same types, is the judge.</summary>
public sealed class ServiceSignalsJsonTests
{
    private static readonly JsonSerializerOptions Judge = new(JsonSerializerDefaults.Web) { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    [Fact]
    public void ReadsWhatASerializerWrites()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            string json = JsonSerializer.Serialize(Sample(new Random(seed)), Judge);
            Assert.Equal(json, JsonSerializer.Serialize(ServiceSignalsJson.Read(Encoding.UTF8.GetBytes(json)), Judge));
        }
    }

    [Fact]
    public void WritesWhatASerializerReads()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var sample = Sample(new Random(seed));
            byte[] written = ServiceSignalsJson.Write(sample);
            Assert.Equal(JsonSerializer.Serialize(sample, Judge), JsonSerializer.Serialize(JsonSerializer.Deserialize<ServiceSignals>(written, Judge), Judge));
        }
    }

    [Fact]
    public void PartsThatAreNotAskedForArePassedOver()
    {
        var sample = Sample(new Random(1)) with { Requests = [new() { At = 1 }], Lines = [new() { Body = "x" }], Masked = [new("x", 1)], Gauges = [new() { Name = "g" }] };
        var read = ServiceSignalsJson.Read(ServiceSignalsJson.Write(sample), SignalParts.Lines | SignalParts.Masked)!;
        Assert.Equal(
            JsonSerializer.Serialize(sample with { Requests = null, Logs = null, Gauges = null, Counters = null, Histograms = null }, Judge), JsonSerializer.Serialize(read, Judge));
    }

    [Fact]
    public void WhatIsCutOffIsRefusedWhereverItEnds()
    {
        byte[] whole = ServiceSignalsJson.Write(Sample(new Random(7)));
        for (int length = 0; length < whole.Length; length++) Assert.ThrowsAny<JsonException>(() => ServiceSignalsJson.Read(whole.AsSpan(0, length)));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("{}")]
    [InlineData("""{"service":5}""")]
    [InlineData("""{"service":null}""")]
    [InlineData("""{"service":"s"} x""")]
    [InlineData("""{"service":"s","time":"5"}""")]
    [InlineData("""{"service":"s","time":1.5}""")]
    [InlineData("""{"service":"s","time":99999999999999999999}""")]
    [InlineData("""{"service":"s","requests":{}}""")]
    [InlineData("""{"service":"s","requests":[5]}""")]
    [InlineData("""{"service":"s","requests":[{"source":"spans"}]}""")]
    [InlineData("""{"service":"s","logs":[{"counts":["1"]}]}""")]
    [InlineData("""{"service":"s","gauges":[{"last":1}]}""")]
    [InlineData("""{"service":"s","gauges":[{"name":"g","last":"much"}]}""")]
    [InlineData("""{"service":"s","lines":[{"attributes":["a"]}]}""")]
    [InlineData("""{"service":"s","histograms":[{"name":"h","isDelta":1}]}""")]
    public void WhatIsNoSignalsIsRefused(string json) => Assert.ThrowsAny<JsonException>(() => ServiceSignalsJson.Read(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void ALaterReleaseMayWriteMore()
    {
        var read = ServiceSignalsJson.Read("""{"more":{"a":[1,{"b":2}]},"service":"s","requests":[{"at":5,"more":[[]],"count":3},null],"lines":null}"""u8)!;
        Assert.Equal((5, 3), (read.Requests!.Single().At, read.Requests!.Single().Count));
        Assert.Null(ServiceSignalsJson.Read("null"u8));
    }

    private static ServiceSignals Sample(Random random)
    {
        long Whole() => random.Next(4) switch { 0 => 0, 1 => long.MaxValue, 2 => random.NextInt64(), _ => random.Next(100) };
        double Real() => random.Next(7) switch { 0 => 0, 1 => double.NaN, 2 => double.PositiveInfinity, 3 => double.NegativeInfinity, 4 => -1e-300, 5 => 0.1, _ => random.NextDouble() * 1e9 };
        string Text() => random.Next(6) switch { 0 => "", 1 => "<*> \"é\" \\ \n\t", 2 => "\ud83d\ude00 𝄞", 3 => "a+b&c'<d>", 4 => new string('x', 5000), _ => "checkout" };
        string? Maybe() => random.Next(2) == 0 ? null : Text();
        T[]? Many<T>(Func<T> one) => random.Next(3) switch { 0 => null, 1 => [], _ => [.. Enumerable.Range(0, random.Next(20)).Select(_ => one())] };
        return new ServiceSignals
        {
            Service = Text(), Time = Whole(), Received = Whole(), Instance = Maybe(), DroppedLines = Whole(), DroppedSeries = Whole(),
            Requests = Many(() => new RequestSecond
            {
                At = Whole(), Source = (RequestSource)random.Next(3), Count = Whole(), Errors = Whole(), Latency = Many(() => random.Next()), LatencySumMs = Real(), LatencyMaxMs = Real(), Status = Many(Whole),
            }),
            Logs = Many(() => new LogSecond { At = Whole(), Counts = Many(Whole) ?? [] }),
            Lines = Many(() => new LogLine
            {
                Time = Whole(), Severity = (LogSeverity)random.Next(6), Body = Text(), TraceId = Maybe(), SpanId = Maybe(),
                Attributes = random.Next(2) == 0 ? null : new() { ["a"] = Text(), ["b \"é"] = Text() },
            }),
            Masked = Many(() => new MaskedBody(Text(), Whole()) { Severity = (LogSeverity)random.Next(6) }),
            Gauges = Many(() => new GaugePoint { Name = Text(), Series = (ulong)random.NextInt64(), Time = Whole(), Last = Real(), Sum = Real(), Count = Whole(), Min = Real(), Max = Real() }),
            Counters = Many(() => new CounterPoint { Name = Text(), Series = ulong.MaxValue, Start = Whole(), Time = Whole(), Value = Real(), IsDelta = random.Next(2) == 0 }),
            Histograms = Many(() => new HistogramPoint
            {
                Name = Text(), Series = (ulong)random.Next(), Start = Whole(), Time = Whole(), IsDelta = random.Next(2) == 0, IsRequests = random.Next(2) == 0, IsError = random.Next(2) == 0,
                UnitMs = random.Next(2) * 1000, Count = Whole(), Sum = Real(), Min = random.Next(2) == 0 ? null : Real(), Max = random.Next(2) == 0 ? null : Real(), Bounds = Many(Real),
                Buckets = Many(Whole) ?? [], Scale = random.Next(-10, 20), Offset = random.Next(-100, 100), ZeroCount = Whole(),
            }),
        };
    }
}
