using System.Text.Json;
using System.Text.RegularExpressions;

namespace OrleansStream.Gateway.Tests.Harness;

/// <summary>
/// Holds every error of every test to the contract: never a 5xx but the ones it names, always a problem document with a code, and
/// nothing of the inside in it.
/// </summary>
internal sealed partial class ErrorContract() : DelegatingHandler(new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.None, UseCookies = false })
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        if ((int)response.StatusCode < 400) return response;
        await response.Content.LoadIntoBufferAsync(cancellationToken);
        string text = await response.Content.ReadAsStringAsync(cancellationToken);
        string what = $"{request.Method} {request.RequestUri} → {(int)response.StatusCode} {response.Content.Headers.ContentType}: {text}";
        Assert.True((int)response.StatusCode is < 500 or 504, "An error of the server: " + what);
        Assert.False(Internals().IsMatch(text), "Something internal leaks: " + what);
        if (HasErrorsOfItsOwn(request.RequestUri!.AbsolutePath)) return response;
        Assert.True(response.Content.Headers.ContentType?.MediaType == "application/problem+json", "Not a problem document: " + what);
        var problem = JsonDocument.Parse(text).RootElement;
        foreach (string member in new[] { "type", "title", "status", "code" })
            Assert.True(problem.TryGetProperty(member, out _), $"No '{member}': {what}");
        Assert.True(problem.GetProperty("status").GetInt32() == (int)response.StatusCode, "Another status inside: " + what);
        return response;
    }

    /// <summary>Routes of other people's protocols: OTLP answers a Status, Alertmanager a text.</summary>
    private static bool HasErrorsOfItsOwn(string path) => path is "/v1/logs" or "/v1/metrics" or "/v1/traces" || path.StartsWith("/api/v2/", StringComparison.Ordinal);

    /// <summary>Stack frames, source and data files, .NET type names, exceptions.</summary>
    [GeneratedRegex(
        @"\bat \w+\.|\.cs\b|:line \d|/tmp/|/home/|/usr/|\.orleansstream|\.dll\b|" +
        @"System\.|Microsoft\.|Orleans\.|OrleansStream\.|\w+Exception\b|Data Source=")]
    private static partial Regex Internals();
}
