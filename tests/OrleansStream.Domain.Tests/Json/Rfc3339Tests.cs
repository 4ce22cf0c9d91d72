using CsCheck;
using OrleansStream.Domain.Json;

namespace OrleansStream.Domain.Tests.Json;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-11-22T10:00:00Z", "2026-11-22T10:00:00.0000000+00:00")]
    [InlineData("2026-11-22t10:00:00z", "2026-11-22T10:00:00.0000000+00:00")]
    [InlineData("2026-11-22T10:00:00+05:30", "2026-11-22T10:00:00.0000000+05:30")]
    [InlineData("2026-11-22T10:00:00-00:00", "2026-11-22T10:00:00.0000000+00:00")]
    [InlineData("2026-11-22T10:00:00.5Z", "2026-11-22T10:00:00.5000000+00:00")]
    [InlineData("2026-11-22T10:00:00.12345678901234567890Z", "2026-11-22T10:00:00.1234567+00:00")]
    [InlineData("2024-02-29T00:00:00Z", "2024-02-29T00:00:00.0000000+00:00")]
    [InlineData("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.0000000+00:00")]
    [InlineData("2017-01-01T05:29:60+05:30", "2017-01-01T05:30:00.0000000+05:30")]
    [InlineData("2026-11-22T10:00:00+23:59", "2026-11-21T10:01:00.0000000+00:00")]
    [InlineData("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59.9999999+00:00")]
    [InlineData("0001-01-01T00:00:00-01:00", "0001-01-01T00:00:00.0000000-01:00")]
    public void IsRead_WhenItIsADateTimeWithOffset(string text, string expected)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));
        Assert.Equal(expected, time.ToString("O"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("2026-11-22")]
    [InlineData("2026-11-22T10:00:00")]
    [InlineData("2026-11-22 10:00:00Z")]
    [InlineData("2026-11-22T10:00Z")]
    [InlineData("2026-11-22T10:00:00.Z")]
    [InlineData("2026-11-22T10:00:00,5Z")]
    [InlineData("2026-11-22T10:00:00+0530")]
    [InlineData("2026-11-22T10:00:00+24:00")]
    [InlineData("2026-11-22T10:00:00+05:60")]
    [InlineData("2026-11-22T10:00:00Z ")]
    [InlineData("2026-11-22T10:00:00ZZ")]
    [InlineData("2026-13-22T10:00:00Z")]
    [InlineData("2026-00-22T10:00:00Z")]
    [InlineData("2026-02-29T10:00:00Z")]
    [InlineData("2026-11-00T10:00:00Z")]
    [InlineData("2026-11-22T24:00:00Z")]
    [InlineData("2026-11-22T10:60:00Z")]
    [InlineData("2026-11-22T10:00:61Z")]
    [InlineData("2026-11-22T10:00:60Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("0001-01-01T00:00:00+01:00")]
    [InlineData("9999-12-31T23:59:60Z")]
    [InlineData("9999-12-31T23:59:59-01:00")]
    [InlineData("+026-11-22T10:00:00Z")]
    [InlineData("٢٠٢٦-11-22T10:00:00Z")]
    [InlineData("1763805600")]
    public void IsRefused_WhenItIsAnythingElse(string text) => Assert.False(Rfc3339.TryParse(text, out _));

    [Fact]
    public void ReturnsEqual_WhenTheFrameworkWroteIt() => Gen.DateTimeOffset.Sample(time =>
    {
        Assert.True(Rfc3339.TryParse(time.ToString("yyyy-MM-ddTHH:mm:ss.fffffffzzz"), out var read));
        Assert.True(time.EqualsExact(read));
    });
}
