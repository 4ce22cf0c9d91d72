using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Grains.Alerts;

namespace OrleansStream.Gateway.Tests.Alerts;

/// <summary>Whoever may set a webhook cannot reach into the network by it.</summary>
public sealed class WebhookTargetTests(LocalGateway gateway)
{
    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://127.1.2.3:8080/")]
    [InlineData("http://localhost/")]
    [InlineData("http://0.0.0.0/")]
    [InlineData("http://10.0.0.1/")]
    [InlineData("http://100.64.0.1/")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://172.16.0.1/")]
    [InlineData("http://192.168.1.1/")]
    [InlineData("http://224.0.0.1/")]
    [InlineData("http://2130706433/")]
    [InlineData("http://0x7f000001/")]
    [InlineData("http://[::1]/")]
    [InlineData("http://[::ffff:127.0.0.1]/")]
    [InlineData("http://[fe80::1]/")]
    [InlineData("http://[fd00::1]/")]
    [InlineData("http://[64:ff9b::7f00:1]/")]
    public async Task IsRefusedByTheApi_WhenTheAddressIsNotPublic(string url)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, "/v1/webhooks") { Content = new StringContent($$"""{"url":"{{url}}"}""", null, "application/json") };
        (await gateway.Api.SendAsync(request)).Expect(422, "invalid-url");
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::1")]
    public async Task IsNotCalled_WhenANameTurnsOutToBePrivate(string address)
    {
        using var http = Client(new WebhookOptions(), new Names(IPAddress.Parse(address)));
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri("http://hooks.example.com/"), TestContext.Current.CancellationToken));
        Assert.Contains("not on the public network", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>The name's owner answers a public address to whoever checks and a private one to whoever connects: there is only one question.</summary>
    [Fact]
    public async Task AsksForANameOncePerConnection_WhenItsAddressesChange()
    {
        var names = new Names(IPAddress.Parse("203.0.114.1"), IPAddress.Loopback);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var http = Client(new WebhookOptions { Timeout = TimeSpan.FromSeconds(1) }, names);
        await Assert.ThrowsAnyAsync<Exception>(() => http.GetAsync(new Uri($"http://hooks.example.com:{port}/"), TestContext.Current.CancellationToken));
        Assert.Equal((1, false), (names.Asked, listener.Pending()));
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new Uri($"http://hooks.example.com:{port}/"), TestContext.Current.CancellationToken));
        Assert.Equal((2, false), (names.Asked, listener.Pending()));
    }

    [Fact]
    public void IsAllowed_WhenTheConfigurationSaysSo()
    {
        var some = new WebhookOptions { AllowedNetworks = { "127.0.0.0/8" } };
        Assert.True(Targets(some, new Names()).MayCall(IPAddress.Loopback));
        Assert.True(Targets(some, new Names()).MayCall(IPAddress.Parse("::ffff:127.0.0.1")));
        Assert.False(Targets(some, new Names()).MayCall(IPAddress.Parse("10.0.0.1")));
        Assert.True(Targets(new WebhookOptions { AllowPrivateTargets = true }, new Names()).MayCall(IPAddress.Parse("10.0.0.1")));
        Assert.True(Targets(new WebhookOptions(), new Names()).MayCall(IPAddress.Parse("8.8.8.8")));
        Assert.True(Targets(new WebhookOptions(), new Names()).MayCall(IPAddress.Parse("2606:4700::1")));
    }

    private static WebhookTargets Targets(WebhookOptions options, Names names) => new(Options.Create(options), names);

    private static HttpClient Client(WebhookOptions options, Names names) =>
        new(new SocketsHttpHandler { ConnectCallback = Targets(options, names).ConnectAsync, UseProxy = false, ConnectTimeout = options.Timeout }) { Timeout = TimeSpan.FromSeconds(20) };

    /// <summary>Answers one address after the other; the last for ever.</summary>
    private sealed class Names(params IPAddress[] addresses) : IHostAddresses
    {
        public int Asked { get; private set; }

        public Task<IReadOnlyList<IPAddress>> FindAsync(string host, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<IPAddress>>([addresses[Math.Min(Asked++, addresses.Length - 1)]]);
    }
}
