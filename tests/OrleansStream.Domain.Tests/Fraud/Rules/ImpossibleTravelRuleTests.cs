using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Fraud.Rules;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud.Rules;

public sealed class ImpossibleTravelRuleTests
{
    [Fact]
    public void TellsDistanceTimeAndSpeed_WhenCardIsInDelhiThenInNewYork()
    {
        var reason = Evaluate(NewYork, TimeSpan.FromMinutes(10), Transaction(location: Delhi));
        Assert.NotNull(reason);
        Assert.Equal("11,756 km in 10 min = 70,534 km/h, limit 900 km/h", reason.Detail);
        Assert.Equal((ReasonCode.ImpossibleTravel, 100, 70534.0, 900.0), (reason.Code, reason.Score, reason.Observed, reason.Threshold));
    }

    [Theory]
    [InlineData(0.0, "at the same instant, counted as 1 s")]
    [InlineData(0.4, "in 1 s")]
    [InlineData(119, "in 119 s")]
    [InlineData(120, "in 2 min")]
    [InlineData(7200, "in 120 min")]
    [InlineData(9000, "in 2.5 h")]
    public void NamesTheDuration_WhenTheTripTakesSoManySeconds(double seconds, string expected)
    {
        var reason = Evaluate(NewYork, TimeSpan.FromSeconds(seconds), Transaction(location: Delhi));
        Assert.Contains(expected, reason?.Detail);
        Assert.True(double.IsFinite(reason!.Observed));
    }

    [Fact]
    public void Speaks_WhenTheLateEventIsTheEarlierOne()
    {
        var reason = Evaluate(NewYork, TimeSpan.FromMinutes(-10), Transaction(location: Delhi));
        Assert.Equal("11,756 km in 10 min = 70,534 km/h, limit 900 km/h", reason?.Detail);
    }

    [Fact]
    public void TakesTheFasterTrip_WhenBothNeighboursAreImpossible()
    {
        var reason = Evaluate(
            NewYork,
            TimeSpan.Zero,
            Transaction("before", TimeSpan.FromMinutes(-60), location: Delhi),
            Transaction("after", TimeSpan.FromMinutes(10), location: Delhi));
        Assert.Contains("in 10 min", reason?.Detail);
    }

    [Theory]
    [InlineData(Channel.Ecommerce)]
    [InlineData(Channel.Transfer)]
    public void IsSilent_WhenTheCardIsNotPresent(Channel channel)
    {
        var profile = Profile(Transaction(location: Delhi));
        var remote = Transaction("tx-2", TimeSpan.FromMinutes(10), location: NewYork, channel: channel);
        Assert.Null(Spoken(ReasonCode.ImpossibleTravel, profile, remote));
        Assert.Null(Evaluate(NewYork, TimeSpan.FromMinutes(10), Transaction(location: Delhi, channel: channel)));
    }

    [Theory]
    [InlineData(Channel.Pos)]
    [InlineData(Channel.Atm)]
    [InlineData(null)]
    public void Speaks_WhenTheCardIsPresent(Channel? channel)
    {
        var profile = Profile(Transaction(location: Delhi));
        var second = Transaction("tx-2", TimeSpan.FromMinutes(10), location: NewYork, channel: channel);
        Assert.NotNull(Spoken(ReasonCode.ImpossibleTravel, profile, second));
    }

    [Theory]
    [InlineData(3.14, 0)] // 349 km
    [InlineData(0.5, 1)]
    public void IsSilent_WhenPointsAreNear(double degreesNorth, double seconds) =>
        Assert.Null(Evaluate(new Location(degreesNorth, 0), TimeSpan.FromSeconds(seconds), Transaction(location: new Location(0, 0))));

    [Theory]
    [InlineData(9, 65, true)] // 1,000.8 km: 924 km/h
    [InlineData(9, 67, false)] // 896 km/h
    public void Speaks_WhenSpeedIsAboveTheLimit(double degreesNorth, double minutes, bool expected)
    {
        var reason = Evaluate(new Location(degreesNorth, 0), TimeSpan.FromMinutes(minutes), Transaction(location: new Location(0, 0)));
        Assert.Equal(expected, reason is not null);
    }

    [Fact]
    public void TakesAccuracyOfBothPointsOffTheDistance_WhenItIsKnown()
    {
        // 1,000.8 km − 10 km − 40 km in 65 min = 878 km/h.
        var vague = Transaction(location: new Location(0, 0, AccuracyM: 10_000));
        Assert.Null(Evaluate(new Location(9, 0, AccuracyM: 40_000), TimeSpan.FromMinutes(65), vague));
        Assert.Contains("951 km", Evaluate(new Location(9, 0, AccuracyM: 40_000), TimeSpan.FromMinutes(30), vague)?.Detail);
    }

    [Fact]
    public void IsSilent_WhenTheNeighbourIsTheTransactionItself()
    {
        var delhi = Transaction(location: Delhi);
        Assert.Null(Spoken(ReasonCode.ImpossibleTravel, Profile(delhi), delhi with { Location = NewYork }));
    }

    [Fact]
    public void IsSilent_WhenThereIsNoLocation() =>
        Assert.Null(Spoken(ReasonCode.ImpossibleTravel, Profile(Transaction(location: Delhi)), Transaction("tx-2")));

    [Fact]
    public void MeasuresTheShortWay_WhenTheTripCrossesTheDateLine() =>
        Assert.Null(Evaluate(new Location(0, -179), TimeSpan.FromSeconds(1), Transaction(location: new Location(0, 179))));

    [Fact]
    public void MeasuresHalfTheCircumference_WhenPointsAreAntipodes() =>
        Assert.Equal(Math.PI * GreatCircle.EarthRadiusKm, GreatCircle.DistanceKm(12.3, 45.6, -12.3, -134.4), 6);

    private static Reason? Evaluate(Location here, TimeSpan after, params Transaction[] earlier) =>
        Spoken(ReasonCode.ImpossibleTravel, Profile(earlier), Transaction("here", after, location: here));
}
