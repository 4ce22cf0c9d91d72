namespace OrleansStream.Gateway.Tests.Auth;

/// <summary>The product with keys, and with an authority whose tokens it takes.</summary>
public sealed class AuthorizedGateway : KeyedGateway
{
    internal FakeAuthority Authority { get; } = new();

    protected override IReadOnlyList<string> Arguments =>
    [
        $"--OrleansStream:Auth:Jwt:Authority={Authority.Url}", "--OrleansStream:Auth:Jwt:Audience=orleansstream", "--OrleansStream:Auth:Jwt:RequireHttps=false", "--OrleansStream:Auth:Jwt:ScopePrefix=os.",
    ];

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        Authority.Dispose();
    }
}
