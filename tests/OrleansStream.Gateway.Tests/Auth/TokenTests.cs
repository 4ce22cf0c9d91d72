using System.Security.Cryptography;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.Auth;

/// <summary>Operators with a token of their organization's authority.</summary>
public sealed class TokenTests(AuthorizedGateway gateway) : IClassFixture<AuthorizedGateway>
{
    [Fact]
    public async Task OpensWhatItsScopesSay_WhenTheAuthorityMadeIt()
    {
        string token = gateway.Authority.Token("openid os.read os.operate");
        (await GetAsync("/v1/topics", token)).Expect(200);
        (await GetAsync("/v1/keys", token)).Expect(200);
        (await GetAsync("/v1/keys", gateway.Authority.Token("os.read"))).Expect(403, "forbidden");
        (await GetAsync("/v1/topics", gateway.Authority.Token("read operate"))).Expect(403, "forbidden");
    }

    [Fact]
    public async Task OpensNothing_WhenItIsNotForUsOrNotValid()
    {
        using var other = RSA.Create(2048);
        (await GetAsync("/v1/topics", gateway.Authority.Token("os.read", audience: "another"))).Expect(401, "unauthorized");
        (await GetAsync("/v1/topics", gateway.Authority.Token("os.read", age: TimeSpan.FromHours(2)))).Expect(401, "unauthorized");
        (await GetAsync("/v1/topics", gateway.Authority.Token("os.read", signer: other))).Expect(401, "unauthorized");
        (await GetAsync("/v1/topics", "a.b.c")).Expect(401, "unauthorized");
        string token = gateway.Authority.Token("os.read");
        (await GetAsync("/v1/topics", token[..^8] + "AAAAAAAA")).Expect(401, "unauthorized");
        (await GetAsync("/v1/topics", gateway.Bootstrap)).Expect(200);
    }

    [Fact]
    public async Task MakesNoTicket_BecauseNothingCouldRevokeIt()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sse-tickets");
        request.Headers.Authorization = new("Bearer", gateway.Authority.Token("os.read"));
        (await gateway.Nobody.SendAsync(request)).Expect(403, "ticket-needs-key");
    }

    [Fact]
    public async Task IsNamedByAHash_WhenItsBearerActs()
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/cards/{Given.Card()}");
        request.Headers.Authorization = new("Bearer", gateway.Authority.Token("os.operate"));
        (await gateway.Nobody.SendAsync(request)).Expect(202);
        string line = $"jwt:{KeyHash.Of("ana@example.com")} from 127.0.0.1: DELETE";
        for (int tries = 0; tries < 100 && !gateway.Output.Contains(line, StringComparison.Ordinal); tries++) await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.Contains(line, gateway.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ana@example.com", gateway.Output, StringComparison.Ordinal);
    }

    private Task<Reply> GetAsync(string path, string token) => gateway.Nobody.GetAsync(path, ("Authorization", $"Bearer {token}"));
}
