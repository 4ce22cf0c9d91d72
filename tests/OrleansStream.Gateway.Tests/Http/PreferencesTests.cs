using Microsoft.AspNetCore.Http;
using OrleansStream.Gateway.Http;

namespace OrleansStream.Gateway.Tests.Http;

public sealed class PreferencesTests
{
    private static readonly GatewayOptions Options = new() { DefaultWait = TimeSpan.FromSeconds(5), MaxWait = TimeSpan.FromSeconds(25) };

    [Theory]
    [InlineData("wait=2", 2)]
    [InlineData("wait=0", 0)]
    [InlineData("wait=0.25", 0.25)]
    [InlineData("WAIT = 2 ", 2)]
    [InlineData("wait=\"2\"", 2)]
    [InlineData("respond-async, wait=3; x=y", 3)]
    [InlineData("wait=soon, wait=4", 4)]
    [InlineData("wait", 5)]
    [InlineData("return=minimal, wait=", 5)]
    [InlineData("wait=26", 25)]
    [InlineData("wait=99999999999999999999999", 25)]
    public void WaitsAtMostTheLimit_WhenPreferIs(string header, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Wait(header));

    [Theory]
    [InlineData("")]
    [InlineData("wait=-1")]
    [InlineData("wait=1e3")]
    [InlineData("wait=NaN")]
    [InlineData("wait=Infinity")]
    [InlineData("wait=-Infinity")]
    [InlineData("await=2")]
    public void DoesNotWait_WhenPreferIs(string header) => Assert.Null(Wait(header));

    [Fact]
    public void ReadsEachHeader_WhenThereAreSeveral() => Assert.Equal(TimeSpan.FromSeconds(2), Wait("return=minimal", "wait=2"));

    private static TimeSpan? Wait(params string[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["Prefer"] = headers;
        return Preferences.Wait(request, Options);
    }
}
