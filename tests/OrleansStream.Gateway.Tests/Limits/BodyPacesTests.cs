using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Limits;

namespace OrleansStream.Gateway.Tests.Limits;

/// <summary>Slow bodies that begin together do not end together.</summary>
public sealed class BodyPacesTests
{
    private readonly BodyPaces _paces = new(Options.Create(new LimitOptions { MinBodyRate = 100 }));

    [Fact]
    public void AreCountedFromDifferentMomentsOn_WhenManyRequestsBegin()
    {
        List<MinDataRate> given = [.. Enumerable.Range(0, 160).Select(_ => Given("POST", "HTTP/1.1")!)];
        Assert.All(given, rate => Assert.Equal(100, rate.BytesPerSecond));
        Assert.All(given, rate => Assert.InRange(rate.GracePeriod, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(12)));
        Assert.Equal(16, given.GroupBy(rate => rate.GracePeriod).Count(same => same.Count() == 10));
    }

    [Theory]
    [InlineData("GET", "HTTP/1.1")]
    [InlineData("HEAD", "HTTP/1.1")]
    [InlineData("POST", "HTTP/2")]
    public void StayWhatTheServerSays_WhereThereIsNoBodyOrOnePaceForAll(string method, string protocol) => Assert.Null(Given(method, protocol));

    private MinDataRate? Given(string method, string protocol)
    {
        var context = new DefaultHttpContext();
        var rate = new Rate();
        context.Features.Set<IHttpMinRequestBodyDataRateFeature>(rate);
        (context.Request.Method, context.Request.Protocol) = (method, protocol);
        _paces.Set(context);
        return rate.MinDataRate;
    }

    private sealed class Rate : IHttpMinRequestBodyDataRateFeature
    {
        public MinDataRate? MinDataRate { get; set; }
    }
}
