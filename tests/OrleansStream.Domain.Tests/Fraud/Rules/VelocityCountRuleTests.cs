using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud.Rules;

public sealed class VelocityCountRuleTests
{
    [Theory]
    [InlineData(4, false)]
    [InlineData(5, true)]
    public void Speaks_WhenOneMoreThanTheLimitFallsIntoTheWindow(int earlier, bool expected)
    {
        var reason = Evaluate(Every(TimeSpan.FromMinutes(1), earlier), TimeSpan.FromMinutes(earlier));
        Assert.Equal(expected, reason is not null);
    }

    [Fact]
    public void TellsCountAndWindow_WhenItSpeaks()
    {
        var reason = Evaluate(Every(TimeSpan.FromSeconds(10), 7), TimeSpan.FromSeconds(70));
        Assert.Equal(("8 transactions in 10 min, limit 5", 8.0, 5.0), (reason?.Detail, reason?.Observed, reason?.Threshold));
    }

    [Fact]
    public void IsSilent_WhenEarlierOnesAreExactlyAWindowAgo() =>
        Assert.Null(Evaluate(Every(TimeSpan.Zero, 9), TimeSpan.FromMinutes(10)));

    [Fact]
    public void IsSilent_WhenTheLateEventPrecedesTheBurst() =>
        Assert.Null(Evaluate(Every(TimeSpan.FromSeconds(1), 9), TimeSpan.FromSeconds(-1)));

    [Fact]
    public void CountsItOnce_WhenTheTransactionIsRedelivered()
    {
        var burst = Every(TimeSpan.FromSeconds(1), 5);
        Assert.Null(Spoken(ReasonCode.VelocityCount, Profile(burst), burst[^1]));
    }

    private static Transaction[] Every(TimeSpan interval, int count) =>
        [.. Enumerable.Range(0, count).Select(number => Transaction(Id(number), interval * number))];

    private static Reason? Evaluate(Transaction[] earlier, TimeSpan after) =>
        Spoken(ReasonCode.VelocityCount, Profile(earlier), Transaction("now", after));
}
