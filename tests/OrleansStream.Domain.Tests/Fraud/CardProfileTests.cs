using CsCheck;
using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud;

public sealed class CardProfileTests
{
    // Fewer than any bound: permutation is promised within the bounds.
    private static readonly Gen<Transaction[]> Transactions = Gen.Select(
        Gen.Int[0, 30],
        Gen.Int[0, 1_000],
        Gen.Bool,
        (number, minute, far) => Transaction(
            Id(number), TimeSpan.FromMinutes(minute), number, far ? NewYork : Delhi, $"d-{number % 5}"))
        .Array[0, 15]
        .Select(transactions => transactions.DistinctBy(transaction => transaction.Id).ToArray());

    [Fact]
    public void IsZero_WhenEmpty()
    {
        var empty = CardProfile.Empty;
        Assert.Equal((0L, null, null, null), (empty.TransactionCount, empty.FirstEventTime, empty.LastEventTime, empty.LastLocation));
    }

    [Fact]
    public void KeepsTheNewestPlaceAndTimes_WhenEventsAreLate()
    {
        var profile = Profile(
            Transaction("late", TimeSpan.FromHours(2), 30, NewYork, "phone"),
            Transaction("early", TimeSpan.Zero, 10, Delhi, "laptop"));
        Assert.Equal((Noon, Noon.AddHours(2)), (profile.FirstEventTime, profile.LastEventTime));
        Assert.Equal(NewYork.Lat, profile.LastLocation?.Lat);
        Assert.Equal((20.0, 10.0), (profile.Amounts.Mean, profile.Amounts.Deviation));
        Assert.Equal(["laptop", "phone"], profile.Devices.Items.Select(device => device.Id));
    }

    [Fact]
    public void IsTheSameObject_WhenTheTransactionIsRedelivered()
    {
        var transaction = Transaction(location: Delhi, device: "phone");
        var profile = Profile(transaction);
        Assert.Same(profile, profile.Apply(transaction));
    }

    [Fact]
    public void IgnoresThePlace_WhenTheCardIsNotPresent() =>
        Assert.Null(Profile(Transaction(location: Delhi, channel: Channel.Ecommerce)).LastLocation);

    [Fact]
    public void StaysBounded_WhenACardIsUsedForEver()
    {
        var profile = Profile(Enumerable.Range(0, 1_000).Select(number =>
            Transaction(Id(number), TimeSpan.FromSeconds(number), location: Delhi, device: $"d-{number}")));
        Assert.Equal(1_000, profile.TransactionCount);
        Assert.Equal(CardTrail.Capacity, profile.Trail.Sightings.Length);
        Assert.Equal(KnownDevices.Capacity, profile.Devices.Items.Length);
        Assert.Equal(CardProfile.VelocityBounds.Capacity, profile.Velocity.Entries.Length);
        Assert.True(profile.Devices.Contains("d-999") && !profile.Devices.Contains("d-0"));
    }

    [Fact]
    public void EndsEqual_WhenEventsArePermuted() =>
        (from transactions in Transactions from shuffled in Gen.Shuffle(transactions.ToArray()) select (transactions, shuffled))
        .Sample((transactions, shuffled) =>
        {
            var expected = Profile(transactions);
            var actual = Profile(shuffled);
            // Everything but the rounding of running statistics is exact.
            Assert.Equal(expected with { Amounts = default }, actual with { Amounts = default });
            Assert.Equal(expected.Amounts.Count, actual.Amounts.Count);
            Assert.Equal(expected.Amounts.Mean, actual.Amounts.Mean, 1e-9);
            Assert.Equal(expected.Amounts.Deviation, actual.Amounts.Deviation, 1e-9);
        });

    [Fact]
    public void EndsEqual_WhenAPrefixIsRedelivered() =>
        Gen.Select(Transactions, Gen.Int[0, 15]).Sample((transactions, prefix) =>
            Assert.Equal(Profile(transactions), Profile([.. transactions, .. transactions.Take(prefix)])));

    [Fact]
    public void DecidesTheSame_WhenTheLogIsReplayed() =>
        Transactions.Sample(transactions => Assert.Equal(Run(transactions).Decisions, Run(transactions).Decisions));
}
