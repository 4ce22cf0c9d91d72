using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests;

public sealed class SerializationTests(ITestOutputHelper output) : IDisposable
{
    private const int LargestProfileBytes = 4096;

    private const string Version1Profile =
        "IOgg6AAFgWZmZmZmPmBAgQAAAAAAAAAA4CGAAKBtIpBI3wiBAAAAAAAAAADgIYAAoG0ikEjfCIEAAAAAAAAAAOAhICAAAyHoIOiAAKBtIpBI3wiB" +
        "zOQ366LffqnggVyPwvUonDxAgT0K16NwTVNAgQAAAAAAAClA4ODg4CEgIAADIehAC3Bob25lgQCgbSKQSN8IgQCgbSKQSN8I4ODg4CEgIAADIegg" +
        "6IAAoG0ikEjfCIHM5Dfrot9+qeBBIQAAAgAAAAAAwzIAAAAAAADg4ODg4A==";

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    [Fact]
    public void FitsFourKibibytesAndReturnsEqual_WhenTheProfileIsFull()
    {
        var profile = FullProfile();
        var bytes = Serializer.SerializeToArray(profile);
        output.WriteLine($"A full profile takes {bytes.Length} bytes.");
        Assert.InRange(bytes.Length, 1, LargestProfileBytes);
        Assert.Equal(profile, Serializer.Deserialize<CardProfile>(bytes));
    }

    [Fact]
    public void ReturnsEqual_WhenTheProfileIsEmpty()
    {
        var bytes = Serializer.SerializeToArray(CardProfile.Empty);
        output.WriteLine($"An empty profile takes {bytes.Length} bytes.");
        Assert.Equal(CardProfile.Empty, Serializer.Deserialize<CardProfile>(bytes));
    }

    [Fact]
    public void ReturnsEqual_WhenItIsADecision()
    {
        var (_, decisions) = Run(Transaction(location: Delhi), Transaction("tx-2", TimeSpan.FromMinutes(10), location: NewYork));
        Assert.All(decisions, decision => Assert.Equal(decision, RoundTrip(decision)));
        output.WriteLine($"A decline takes {Serializer.SerializeToArray(decisions[1]).Length} bytes.");
    }

    [Fact]
    public void ReturnsEqual_WhenItIsAnOutcomeOrATransaction()
    {
        var transaction = Transaction(location: Delhi, device: "phone") with
        {
            Currency = "EUR",
            Merchant = new Merchant { Id = "m-7", TerminalId = "t-1" },
            Authorization = Authorization.Declined,
        };
        Assert.Equal(transaction, RoundTrip(transaction));
        Assert.Equal(Decide(FullProfile(), transaction), RoundTrip(Decide(FullProfile(), transaction)));
    }

    /// <summary>Rows outlive versions: an [Id] or [Alias] that changes its meaning fails here.</summary>
    [Fact]
    public void ReadsWhatVersion1Wrote_WhenTheCodeIsNewer()
    {
        var transaction = Transaction(amount: 129.95m, location: new Location(28.61, 77.21, "IN", 12.5), device: "phone");
        var expected = Profile(transaction) with { Habit = default, Categories = CategoryHabits.Empty, Hours = HourHabit.Empty, Places = KnownPlaces.Empty };
        var read = Serializer.Deserialize<CardProfile>(Convert.FromBase64String(Version1Profile))!;
        Assert.Equal(expected, read);
        // What it lacks begins with the next transaction.
        Assert.Equal(1, Decide(read, Transaction("tx-2", TimeSpan.FromHours(9), location: Delhi)).Profile.Habit.Count);
    }

    public void Dispose() => _services.Dispose();

    private Serializer Serializer => _services.GetRequiredService<Serializer>();

    private T RoundTrip<T>(T value) => Serializer.Deserialize<T>(Serializer.SerializeToArray(value))!;

    // Every bound reached, every device id as long as is stored, amounts of all 21 digits a window keeps.
    private static CardProfile FullProfile() => Profile(Enumerable.Range(0, 200).Select(number => Transaction(
        Id(number),
        TimeSpan.FromSeconds(number) + TimeSpan.FromTicks(number),
        999_999_999_999.12345678m - number,
        new Location(28.6139 + (number / 1000.0), 77.2090, AccuracyM: 12.5),
        $"{number:D40}")));
}
