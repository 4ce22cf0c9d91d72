using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.Keys;
using OrleansStream.Gateway.Segment;

namespace OrleansStream.Gateway.Auth;

/// <summary>Knows who asks by key, by ticket or by cookie, and says no as a problem.</summary>
internal sealed class ApiKeyHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, IOptions<AuthOptions> auth, Callers callers, Ticket tickets,
    ApiKeyReadiness readiness, IOptions<GatewayOptions> gateway) : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string Name = "ApiKey";
    private static readonly Caller Anybody = new("open", Scope.All, ApiKeyText.Hash(ApiKeyText.Create().Text));

    private string? _writeKey;

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (auth.Value.Mode != AuthMode.Open && JwtOperators.IsPresented(Request, auth.Value.Jwt)) return await ByTokenAsync();
        // Only where nothing else is said is the body read before it is known who asks.
        if (auth.Value.Mode != AuthMode.Open && !PresentedKey.Of(Request).Any()) _writeKey = await WriteKey.FindAsync(Context, gateway);
        return Authenticate();
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // Until the list of keys is here, a key that is not known may be one.
        if (!readiness.IsReady && Presented().Any())
        {
            Response.Headers.RetryAfter = "1";
            return RefusalFormat.AnswerAsync(Context, 503, "keys-unavailable", "The keys are not read yet. Try again in a moment.");
        }
        Response.Headers.WWWAuthenticate = new([@"Bearer realm=""orleansstream""", @"Basic realm=""orleansstream"", charset=""UTF-8"""]);
        return RefusalFormat.AnswerAsync(Context, 401, "unauthorized", Presented().Any()
            ? "The key is not valid, or not any more."
            : "Send a key: X-Api-Key, Authorization: Bearer, or Basic as user name or password.");
    }

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        string? scope = Context.GetEndpoint()?.Metadata.GetMetadata<RequiredScope>()?.Scope;
        return RefusalFormat.AnswerAsync(Context, 403, "forbidden", scope is null ? "No key opens this route." : $"The key has not the scope '{scope}'.");
    }

    private AuthenticateResult Authenticate()
    {
        if (auth.Value.Mode == AuthMode.Open) return Known(Anybody);
        foreach (string text in Presented())
            if (callers.OfKey(text) is { } caller)
                return Known(caller);
        return Presented().Any() ? AuthenticateResult.NoResult() : ByTicket();
    }

    private async Task<AuthenticateResult> ByTokenAsync()
    {
        var token = await Context.AuthenticateAsync(JwtOperators.Scheme);
        return token.Succeeded ? Known(JwtOperators.CallerOf(token.Principal, token.Properties.ExpiresUtc, auth.Value.Jwt)) : AuthenticateResult.NoResult();
    }

    private AuthenticateResult ByTicket()
    {
        if (Context.GetEndpoint()?.Metadata.GetMetadata<TicketAccess>() is null) return AuthenticateResult.NoResult();
        string text = Request.Query[Ticket.Parameter].ToString();
        if (text.Length == 0) text = Request.Cookies[Ticket.Cookie] ?? "";
        return text.Length > 0 && tickets.Read(text) is { } caller ? Known(caller) : AuthenticateResult.NoResult();
    }

    private AuthenticateResult Known(Caller caller)
    {
        Context.Features.Set(caller);
        return AuthenticateResult.Success(new AuthenticationTicket(caller.ToPrincipal(Scheme.Name), Scheme.Name));
    }

    // A token is too long to be a key, and is one all the same.
    private IEnumerable<string> Presented() => JwtOperators.IsPresented(Request, auth.Value.Jwt) ? ["a token"] : _writeKey is { } key ? [key] : PresentedKey.Of(Request);
}
