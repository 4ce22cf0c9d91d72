using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Gateway.Auth;

/// <summary>Who may ask, section <c>OrleansStream:Auth</c>.</summary>
public sealed class AuthOptions
{
    public const string Section = "OrleansStream:Auth";

    /// <summary>Default <see cref="AuthMode.Keys"/>; Local on loopback is open unless it is given a bootstrap key.</summary>
    [EnumDataType(typeof(AuthMode))] public AuthMode Mode { get; set; } = AuthMode.Keys;

    /// <summary>
    /// The file of the first key, which has all scopes: 16 characters at least, on one line. When it is not there, it is made with a random key in it, for
    /// its owner's eyes only. The key is valid as long as the file is configured.
    /// </summary>
    public string? BootstrapKeyFile { get; set; }

    /// <summary>The first key itself, for orchestrators that hand secrets over as variables. It goes before the file.</summary>
    public string? BootstrapKey { get; set; }

    /// <summary>How long the cookie of <c>POST /v1/sse-tickets</c> opens event streams. Default 12 h.</summary>
    [Range(typeof(TimeSpan), "00:01:00", "7.00:00:00")] public TimeSpan CookieLifetime { get; set; } = TimeSpan.FromHours(12);

    /// <summary>Whose tokens operators may send instead of a key.</summary>
    public JwtOptions Jwt { get; set; } = new();
}

/// <summary>An OpenID Connect provider whose access tokens are taken as <c>Authorization: Bearer</c>.</summary>
public sealed class JwtOptions
{
    /// <summary>Its address, where <c>/.well-known/openid-configuration</c> is. Empty, the default, for none.</summary>
    public string Authority { get; set; } = "";

    /// <summary>What a token's <c>aud</c> must name. Needed with an authority: a token that was made for another application opens nothing.</summary>
    public string Audience { get; set; } = "";

    /// <summary>The claim with the scopes, several of them or one text with blanks. Default <c>scope</c>; others are <c>scp</c> and <c>roles</c>.</summary>
    public string ScopeClaim { get; set; } = "scope";

    /// <summary>What stands before <c>ingest</c>, <c>read</c> and <c>operate</c> there, for example <c>orleansstream.</c>. Default nothing.</summary>
    public string ScopePrefix { get; set; } = "";

    /// <summary>Whether the authority must be asked by HTTPS. Default true.</summary>
    public bool RequireHttps { get; set; } = true;
}

/// <summary>Whether requests need a key.</summary>
public enum AuthMode
{
    /// <summary>Every route but health and the API's reference needs a key with the route's scope.</summary>
    Keys,

    /// <summary>Everybody who can reach the process may do everything. Only for Local on loopback.</summary>
    Open,
}
