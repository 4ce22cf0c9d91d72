using System.Collections.Immutable;
using OrleansStream.Domain.Alerting;
using OrleansStream.Domain.Observability.Alerts;

namespace OrleansStream.Domain.Tests.Alerting;

public sealed class MatcherTests
{
    [Theory]
    [InlineData("""severity="page" """, "severity=\"page\"")]
    [InlineData("severity=page", "severity=\"page\"")]
    [InlineData("""{a="1", b!="2",c=~"3.*",d!~"4"}""", "a=\"1\" b!=\"2\" c=~\"3.*\" d!~\"4\"")]
    [InlineData("""a="with \"quotes\", a comma and a \\" """, """a="with \"quotes\", a comma and a \\" """)]
    [InlineData("a=", "a=\"\"")]
    [InlineData("{}", "")]
    [InlineData("", "")]
    public void Reads_WhatPeopleWrite(string text, string expected)
    {
        var (matchers, error) = MatcherParser.Parse(text);
        Assert.Null(error);
        Assert.Equal(expected.Trim(), string.Join(' ', matchers.Select(m => m.ToString())));
    }

    [Theory]
    [InlineData("severity")]
    [InlineData("=page")]
    [InlineData("a\"b=1")]
    [InlineData("a=\"open")]
    [InlineData("a=\"1\" b=\"2\"")]
    [InlineData("a!1")]
    [InlineData("a=~\"(\"")]
    [InlineData("a=~(x)\\1")]
    public void IsRefused_WhenItIsNoMatcher(string text) => Assert.NotNull(MatcherParser.Parse(text).Error);

    [Theory]
    [InlineData("a=x", true)]
    [InlineData("a!=x", false)]
    [InlineData("a=~\"x|y\"", true)]
    [InlineData("a=~\"\"", false)]
    [InlineData("a=~\".\"", true)]
    [InlineData("a=~\"^\"", false)]
    [InlineData("a!~\"y\"", true)]
    [InlineData("none=\"\"", true)]
    [InlineData("none!=\"\"", false)]
    [InlineData("b=~\"x.*y\"", true)]
    public void Matches_AWholeValue(string text, bool expected)
    {
        var labels = ImmutableSortedDictionary<string, string>.Empty.Add("a", "x").Add("b", "x\ny");
        Assert.Equal(expected, MatcherParser.Parse(text).Matchers.All(m => m.Matches(labels)));
    }

    /// <summary>With backtracking this would take longer than the universe is old.</summary>
    [Fact]
    public void TakesLinearTime_WhenTheExpressionIsHostile() =>
        Assert.False(MatcherParser.Parse("a=~\"(a+)+b\"").Matchers[0].Matches(AlertFingerprint.NoLabels.Add("a", new string('a', 4_000))));

    [Fact]
    public void IsRefused_WhenThereAreTooMany() =>
        Assert.NotNull(MatcherParser.Parse(string.Join(',', Enumerable.Range(0, MatcherParser.MaxMatchers + 1).Select(i => $"l{i}=x"))).Error);
}
