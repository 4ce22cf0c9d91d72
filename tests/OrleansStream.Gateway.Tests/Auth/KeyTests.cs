using System.Net.Http.Headers;
using System.Text;

namespace OrleansStream.Gateway.Tests.Auth;

public sealed class KeyTests(KeyedGateway gateway) : IClassFixture<KeyedGateway>
{
    public static TheoryData<string, Func<string, (string Name, string Value)>> Places() => new()
    {
        { "X-Api-Key", key => ("X-Api-Key", key) },
        { "Bearer", key => ("Authorization", $"Bearer {key}") },
        { "Basic, as user name", key => ("Authorization", Basic($"{key}:")) },
        { "Basic, as password", key => ("Authorization", Basic($"anybody:{key}")) },
    };

    [Theory]
    [MemberData(nameof(Places), DisableDiscoveryEnumeration = true)]
    public async Task Opens_WhenTheKeyIsSentAs(string place, Func<string, (string Name, string Value)> header)
    {
        Assert.NotEmpty(place);
        var (_, key) = await gateway.CreateAsync("read");
        (await gateway.Nobody.GetAsync("/v1/topics", header(key))).Expect(200);
        (await gateway.Nobody.GetAsync("/v1/topics", header(key[..^1] + (key[^1] == 'A' ? 'B' : 'A')))).Expect(401, "unauthorized");
    }

    [Theory]
    [InlineData("Basic !!!")]
    [InlineData("Basic ")]
    [InlineData("Bearer ")]
    [InlineData("Bearer osk_")]
    [InlineData("Bearer osk_0a1b2c3d4e5f6071_")]
    [InlineData("Digest abc")]
    [InlineData("Bearer bootstrap")]
    public async Task Answers401_WhenTheHeaderHoldsNoKey(string header)
    {
        var reply = (await gateway.Nobody.GetAsync("/v1/topics", ("Authorization", header))).Expect(401, "unauthorized");
        Assert.Contains("Bearer", string.Join(',', reply.Headers["WWW-Authenticate"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ShowsTheKeyOnce_WhenKeysAreListed()
    {
        var (id, key) = await gateway.CreateAsync("ingest", "read");
        var listed = (await gateway.SendAsync(HttpMethod.Get, "/v1/keys", gateway.Bootstrap)).Expect(200);
        var view = listed.Json.GetProperty("items").EnumerateArray().Single(k => k.GetProperty("id").GetString() == id);
        Assert.Equal(["createdAt", "id", "name", "scopes"], view.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(key.Split('_', 3)[2], listed.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task KeepsNoSecretOnDisk_WhenAKeyIsMade()
    {
        byte[] secret = Encoding.ASCII.GetBytes((await gateway.CreateAsync("read")).Key.Split('_', 3)[2]);
        foreach (string file in Directory.EnumerateFiles(gateway.DataDirectory, "*", SearchOption.AllDirectories).Where(f => f != gateway.KeyFile && Path.GetFileName(f) != "lock"))
        {
            await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var bytes = new MemoryStream();
            await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
            Assert.True(bytes.GetBuffer().AsSpan().IndexOf(secret) < 0, $"The secret stands in {file}.");
        }
        Assert.DoesNotContain(gateway.Bootstrap, gateway.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers401_WhenTheKeyIsRevoked()
    {
        var (id, key) = await gateway.CreateAsync("read");
        (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", key)).Expect(200);
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/keys/{id}", gateway.Bootstrap)).Expect(204);
        (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", key)).Expect(401, "unauthorized");
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/keys/{id}", gateway.Bootstrap)).Expect(204);
    }

    [Fact]
    public async Task KnowsItsKeys_WhenStartedAgain()
    {
        var (revoked, dead) = await gateway.CreateAsync("read");
        var (_, alive) = await gateway.CreateAsync("read");
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/keys/{revoked}", gateway.Bootstrap)).Expect(204);
        await gateway.RestartAsync();
        (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", alive)).Expect(200);
        (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", dead)).Expect(401);
        (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", gateway.Bootstrap)).Expect(200);
    }

    [Fact]
    public async Task TakesThePlaceOfTheOld_WhenAKeyIsRotated()
    {
        var (id, old) = await gateway.CreateAsync("read");
        var rotated = (await gateway.SendAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate", gateway.Bootstrap, """{"graceSeconds":3600}""")).Expect(201);
        (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", rotated.Member("key"))).Expect(200);
        (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", old)).Expect(200);
        (await gateway.SendAsync(HttpMethod.Post, $"/v1/keys/{id}/rotate", gateway.Bootstrap)).Expect(404, "key-not-found");
        var (second, gone) = await gateway.CreateAsync("read");
        (await gateway.SendAsync(HttpMethod.Post, $"/v1/keys/{second}/rotate", gateway.Bootstrap, """{"graceSeconds":0}""")).Expect(201);
        (await gateway.SendAsync(HttpMethod.Get, "/v1/topics", gone)).Expect(401);
    }

    [Theory]
    [InlineData("""{"graceSeconds":-1}""")]
    [InlineData("""{"graceSeconds":2592001}""")]
    [InlineData("""{"graceSeconds":"1"}""")]
    public async Task Answers400_WhenTheGraceIsNone(string body) =>
        (await gateway.SendAsync(HttpMethod.Post, "/v1/keys/0a1b2c3d4e5f6071/rotate", gateway.Bootstrap, body)).Expect(400, "invalid-graceSeconds");

    [Theory]
    [InlineData("""{"scopes":[]}""", "invalid-scopes")]
    [InlineData("""{"scopes":["admin"]}""", "invalid-scopes")]
    [InlineData("""{"name":"x"}""", "invalid-scopes")]
    [InlineData("""{"scopes":["read"],"expiresAt":"2020-01-01T00:00:00Z"}""", "invalid-expiresAt")]
    [InlineData("""{"scopes":["read"],"expiresAt":"soon"}""", "invalid-expiresAt")]
    public async Task Answers400_WhenTheWishMakesNoKey(string body, string code) =>
        (await gateway.SendAsync(HttpMethod.Post, "/v1/keys", gateway.Bootstrap, body)).Expect(400, code);

    [Theory]
    [InlineData("0000000000000000")]
    [InlineData("bootstrap")]
    public async Task Answers404_WhenTheKeyToRevokeIsNotThere(string id) =>
        (await gateway.SendAsync(HttpMethod.Delete, $"/v1/keys/{id}", gateway.Bootstrap)).Expect(404, "key-not-found");

    [Fact]
    public void IsForItsOwnerOnly_WhenTheFirstKeyIsMade() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, OperatingSystem.IsWindows() ? UnixFileMode.UserRead | UnixFileMode.UserWrite : File.GetUnixFileMode(gateway.KeyFile));

    private static string Basic(string pair) => new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair))).ToString();
}
