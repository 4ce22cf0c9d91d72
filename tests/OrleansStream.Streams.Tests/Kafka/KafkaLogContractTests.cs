namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>What readers and appenders of any log rely on, on Kafka.</summary>
public sealed class KafkaLogContractTests : ReadingContract
{
    protected override ILogPlace CreatePlace() => new KafkaPlace();
}

/// <summary>The same, but a partition keeps sixteen records for its readers: they fall behind, and take consumers of their own.</summary>
public sealed class KafkaLogNarrowContractTests : ReadingContract
{
    protected override ILogPlace CreatePlace() => new KafkaPlace(configure: o => (o.TailRecords, o.CatchUpConsumers) = (16, 2));
}

/// <summary>The same, but nothing stays in memory that every reader has taken: whoever comes later fetches it again.</summary>
public sealed class KafkaLogForgetfulContractTests : ReadingContract
{
    protected override ILogPlace CreatePlace() => new KafkaPlace(configure: o => o.TailKeep = 0);
}

/// <summary>The same on three brokers.</summary>
public sealed class KafkaLogThreeBrokersContractTests : ReadingContract
{
    protected override ILogPlace CreatePlace() => new KafkaPlace(3);
}
