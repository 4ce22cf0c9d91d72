using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud.Rules;

public sealed class NewDeviceRuleTests
{
    [Theory]
    [InlineData(3, "old", "new", true)]
    [InlineData(2, "old", "new", false)] // too little history
    [InlineData(3, "old", "old", false)]
    [InlineData(3, "old", null, false)]
    [InlineData(3, null, "new", false)] // no device history
    public void Speaks_WhenACardWithHistoryMeetsAnUnknownDevice(int earlier, string? known, string? device, bool expected)
    {
        var profile = Profile(Enumerable.Range(0, earlier).Select(number => Transaction(Id(number), device: known)));
        var reason = Spoken(ReasonCode.NewDevice, profile, Transaction("now", device: device));
        Assert.Equal(expected, reason is not null);
    }

    [Fact]
    public void TellsTheHistory_WhenItSpeaks()
    {
        var profile = Profile(Enumerable.Range(0, 4).Select(number => Transaction(Id(number), device: $"d-{number % 2}")));
        var reason = Spoken(ReasonCode.NewDevice, profile, Transaction("now", device: "new"));
        Assert.Equal(("device not seen in 4 earlier transactions, 2 known", 4.0, 3.0), (reason?.Detail, reason?.Observed, reason?.Threshold));
    }
}
