using OrleansStream.Domain.Alerting;
using static OrleansStream.Domain.Tests.Alerting.GivenAlerts;

namespace OrleansStream.Domain.Tests.Alerting;

public sealed class SilenceTests
{
    [Theory]
    [InlineData(-1, "pending", false)]
    [InlineData(0, "active", true)]
    [InlineData(59, "active", true)]
    [InlineData(60, "expired", false)]
    public void Mutes_WhileItLasts(int minute, string state, bool mutes)
    {
        var silence = Of("service=shop");
        Assert.Equal((state, mutes), (silence.StateAt(At(60 * minute)), silence.Mutes(Firing("shop"), At(60 * minute))));
        Assert.False(silence.Mutes(Firing("other"), At(60 * minute)));
    }

    [Theory]
    [InlineData("", "at least one matcher required")]
    [InlineData("service=~\".*\"", "at least one matcher must not match the empty string")]
    [InlineData("service!=shop", "at least one matcher must not match the empty string")]
    [InlineData("service=shop", null)]
    public void IsRefused_WhenItWouldMuteEverything(string matchers, string? error) => Assert.Equal(error, Of(matchers).Error(At(0)));

    [Fact]
    public void IsRefused_WhenItsTimesMakeNoSense()
    {
        Assert.Equal("end time must not be before start time", (Of("a=b") with { StartsAt = At(7_200) }).Error(At(0)));
        Assert.Equal("end time can't be in the past", Of("a=b").Error(At(3_600)));
    }

    private static Silence Of(string matchers) =>
        new() { Id = "s", Matchers = MatcherParser.Parse(matchers).Matchers, StartsAt = At(0), EndsAt = At(3_600), UpdatedAt = At(0) };
}
