using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace OrleansStream.Benchmarks.Services;

/// <summary>When alerts were seen to fire: on the event stream, and as a webhook, each in this process, which is not the server.</summary>
internal sealed class AlertWatch(HttpClient http) : IDisposable
{
    private readonly HttpListener _hooks = new();
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Service and time of each alert that fired, in ticks of <see cref="Stopwatch"/>.</summary>
    public ConcurrentQueue<(string Service, string Alert, long At)> Streamed { get; } = new();

    public ConcurrentQueue<(string Service, string Alert, long At)> Hooked { get; } = new();

    /// <summary>Where webhooks go.</summary>
    public Uri Listen(int port)
    {
        var url = new Uri(FormattableString.Invariant($"http://127.0.0.1:{port}/hook/"));
        _hooks.Prefixes.Add(url.ToString());
        _hooks.Start();
        _ = Task.Run(HookAsync);
        return url;
    }

    /// <summary>Returns when the stream is open.</summary>
    public async Task OpenAsync()
    {
        var response = await http.GetAsync("v1/alerts/stream", HttpCompletionOption.ResponseHeadersRead, _stop.Token);
        response.EnsureSuccessStatusCode();
        var lines = new StreamReader(await response.Content.ReadAsStreamAsync(_stop.Token));
        await lines.ReadLineAsync(_stop.Token);
        _ = Task.Run(async () =>
        {
            while (await lines.ReadLineAsync(_stop.Token) is { } line)
                if (line.StartsWith("data: {", StringComparison.Ordinal)) Note(JsonElement.Parse(line[6..]), Streamed, Stopwatch.GetTimestamp());
        });
    }

    public void Dispose()
    {
        _stop.Cancel();
        _hooks.Close();
        _stop.Dispose();
    }

    private async Task HookAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var context = await _hooks.GetContextAsync();
            using var body = await JsonDocument.ParseAsync(context.Request.InputStream);
            long at = Stopwatch.GetTimestamp();
            context.Response.StatusCode = 200;
            context.Response.Close();
            foreach (var alert in body.RootElement.GetProperty("alerts").EnumerateArray()) Note(alert, Hooked, at);
        }
    }

    private static void Note(JsonElement alert, ConcurrentQueue<(string Service, string Alert, long At)> seen, long at)
    {
        if (alert.TryGetProperty("status", out var status) && status.GetString() == "firing" && alert.TryGetProperty("labels", out var labels) && labels.TryGetProperty("service", out var service))
            seen.Enqueue((service.GetString()!, labels.TryGetProperty("alertname", out var name) ? name.GetString()! : "", at));
    }
}
