using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud.Rules;

public sealed class VelocitySumRuleTests
{
    [Theory]
    [InlineData(500, 1000, false)]
    [InlineData(500, 1000.01, true)]
    public void Speaks_WhenANewCardPassesTheFloor(double earlier, double amount, bool expected)
    {
        var reason = Evaluate([Transaction(amount: (decimal)earlier)], TimeSpan.FromHours(1), (decimal)amount);
        Assert.Equal(expected, reason is not null);
    }

    [Fact]
    public void TellsSumAndLimit_WhenItSpeaks()
    {
        var reason = Evaluate([Transaction(amount: 1200)], TimeSpan.FromHours(1), 800.50m);
        Assert.StartsWith("2,000.50 in 2 transactions within 24.0 h, limit 1,500.00; ", reason?.Detail);
        Assert.Equal((2000.5, 1500), (reason!.Observed, reason.Threshold));
    }

    [Fact]
    public void IsSilent_WhenOneLargeAmountStandsAlone() =>
        Assert.Null(Evaluate([], TimeSpan.Zero, 1e12m));

    [Fact]
    public void IsSilent_WhenEarlierSpendingIsADayAgo() =>
        Assert.Null(Evaluate([Transaction(amount: 1400)], TimeSpan.FromHours(24), 1400));

    [Theory]
    [InlineData(4000, false)] // 10 × 1,000 over 9 days: 5 × 1,111 a day
    [InlineData(4600, true)]
    public void GoesByTheCardsHabit_WhenHistoryIsLong(double amount, bool expected)
    {
        var daily = Enumerable.Range(0, 10).Select(day => Transaction(Id(day), TimeSpan.FromDays(day), 1000));
        Assert.Equal(expected, Evaluate(daily, TimeSpan.FromDays(9.5), (decimal)amount) is not null);
    }

    [Fact]
    public void GoesByTheFloor_WhenHistoryIsShort()
    {
        var daily = Enumerable.Range(0, 5).Select(day => Transaction(Id(day), TimeSpan.FromDays(day), 1000));
        Assert.Equal(1500, Evaluate(daily, TimeSpan.FromDays(4.5), 600)?.Threshold);
    }

    [Fact]
    public void CountsItOnce_WhenTheTransactionIsRedelivered()
    {
        Transaction[] two = [Transaction(Id(0), amount: 500), Transaction(Id(1), amount: 600)];
        Assert.Null(Spoken(ReasonCode.VelocitySum, Profile(two), two[1]));
    }

    private static Reason? Evaluate(IEnumerable<Transaction> earlier, TimeSpan after, decimal amount) =>
        Spoken(ReasonCode.VelocitySum, Profile(earlier), Transaction("now", after, amount));
}
