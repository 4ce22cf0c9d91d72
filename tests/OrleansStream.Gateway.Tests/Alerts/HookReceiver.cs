using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Alerts;

/// <summary>Somebody who is told of alerts, in this process.</summary>
internal sealed class HookReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly ConcurrentQueue<Delivery> _deliveries = new();

    public HookReceiver()
    {
        Url = FreePorts.Url(0).ToString();
        _listener.Prefixes.Add(Url);
        _listener.Start();
        _ = ServeAsync();
    }

    public string Url { get; }

    /// <summary>What the next messages are answered.</summary>
    public int Status { get; set; } = 200;

    public IReadOnlyCollection<Delivery> Deliveries => _deliveries;

    /// <summary>The first message that is as wanted.</summary>
    public async Task<Delivery> SeesAsync(Func<Delivery, bool> wanted)
    {
        for (long started = Environment.TickCount64; ; await Task.Delay(20, TestContext.Current.CancellationToken))
        {
            if (_deliveries.FirstOrDefault(wanted) is { } delivery) return delivery;
            if (Environment.TickCount64 - started > 60_000) throw new TimeoutException($"It did not come; these did:\n{string.Join('\n', _deliveries.Select(d => $"{d.Status} {d.Text}"))}");
        }
    }

    public void Dispose() => _listener.Close();

    private async Task ServeAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                _deliveries.Enqueue(new Delivery(
                    Status, Encoding.UTF8.GetString(body.ToArray()), context.Request.Headers["X-OrleansStream-Delivery"] ?? "", context.Request.Headers["X-OrleansStream-Signature"] ?? "", context.Request.ContentType ?? ""));
                context.Response.StatusCode = Status;
                if (Status is > 300 and < 400) context.Response.RedirectLocation = Url;
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}

/// <param name="Status">What it was answered.</param>
/// <param name="Text">The body.</param>
/// <param name="Id">Its delivery header.</param>
/// <param name="Signature">Its signature header.</param>
/// <param name="ContentType">Of the body.</param>
internal sealed record Delivery(int Status, string Text, string Id, string Signature, string ContentType)
{
    public JsonElement Json => JsonElement.Parse(Text);

    public string State => Json.GetProperty("status").GetString()!;

    public IEnumerable<string> Names => Json.GetProperty("alerts").EnumerateArray().Select(a => a.GetProperty("labels").GetProperty("alertname").GetString()!);
}
