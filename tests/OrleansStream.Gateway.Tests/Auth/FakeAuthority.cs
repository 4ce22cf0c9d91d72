using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Auth;

/// <summary>An OpenID Connect provider, in this process: its configuration, its key, and tokens.</summary>
internal sealed class FakeAuthority : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly RSA _rsa = RSA.Create(2048);

    public FakeAuthority()
    {
        Url = FreePorts.Url(0).ToString().TrimEnd('/');
        _listener.Prefixes.Add(Url + "/");
        _listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    /// <summary>A token for somebody, signed by the authority or by somebody else.</summary>
    public string Token(string scope, string audience = "orleansstream", TimeSpan? age = null, RSA? signer = null)
    {
        var issued = DateTime.UtcNow - (age ?? TimeSpan.Zero);
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Url, Audience = audience, IssuedAt = issued, NotBefore = issued, Expires = issued.AddMinutes(30),
            Claims = new Dictionary<string, object> { ["sub"] = "ana@example.com", ["scope"] = scope },
            SigningCredentials = new SigningCredentials(new RsaSecurityKey(signer ?? _rsa) { KeyId = "1" }, SecurityAlgorithms.RsaSha256),
        });
    }

    public void Dispose()
    {
        _listener.Close();
        _rsa.Dispose();
    }

    private async Task ServeAsync()
    {
        var key = _rsa.ExportParameters(false);
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                string json = context.Request.Url!.AbsolutePath.EndsWith("openid-configuration", StringComparison.Ordinal)
                    ? JsonSerializer.Serialize(new { issuer = Url, jwks_uri = $"{Url}/keys" })
                    : JsonSerializer.Serialize(new { keys = new[] { new { kty = "RSA", use = "sig", kid = "1", alg = "RS256", n = Base64UrlEncoder.Encode(key.Modulus!), e = Base64UrlEncoder.Encode(key.Exponent!) } } });
                context.Response.ContentType = "application/json";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(json));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
