using System.Collections.Concurrent;
using System.Globalization;
using System.IO.Compression;
using System.Net.Sockets;
using System.Text;

namespace OrleansStream.Benchmarks.Attacks;

/// <summary>An attack goes on until it is ended and says what it was answered.</summary>
internal delegate Task<string> Attack(Uri url, string key, CancellationToken end);

internal static class AttackKinds
{
    public static IReadOnlyList<(string Name, Attack Attack)> All { get; } =
    [
        ("zip bombs", ZipBombsAsync), ("slow-loris, 1,000 connections", SlowLorisAsync), ("endless NDJSON", EndlessLinesAsync),
        ("10,000 event streams", EventStreamsAsync), ("unbounded keys", UnboundedKeysAsync),
    ];

    private static Task<string> ZipBombsAsync(Uri url, string key, CancellationToken end)
    {
        using var target = new MemoryStream();
        using (var brotli = new BrotliStream(target, CompressionLevel.Fastest, leaveOpen: true)) brotli.Write(new byte[200 << 20]);
        byte[] bomb = target.ToArray();
        return PostAsync(url, key, 4, TimeSpan.FromMilliseconds(50), _ =>
        {
            var content = new ByteArrayContent(bomb);
            content.Headers.ContentType = new("application/x-ndjson");
            content.Headers.ContentEncoding.Add("br");
            return content;
        }, end);
    }

    private static Task<string> UnboundedKeysAsync(Uri url, string key, CancellationToken end)
    {
        int last = 0;
        return PostAsync(url, key, 1, TimeSpan.FromMilliseconds(100), _ => new StringContent(
            string.Concat(Enumerable.Range(0, 50).Select(_ => string.Create(CultureInfo.InvariantCulture, $"{{\"cardId\":\"flood-{last++}\",\"amount\":1}}\n"))), Encoding.UTF8, "application/x-ndjson"), end);
    }

    private static async Task<string> PostAsync(Uri url, string key, int clients, TimeSpan pause, Func<int, HttpContent> content, CancellationToken end)
    {
        using var http = new HttpClient { BaseAddress = url };
        http.DefaultRequestHeaders.Add("X-Api-Key", key);
        var answers = new ConcurrentDictionary<string, int>();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(async client =>
        {
            while (!end.IsCancellationRequested)
            {
                try
                {
                    using var body = content(client);
                    using var response = await http.PostAsync(new Uri("/v1/transactions", UriKind.Relative), body, end);
                    Count(answers, $"{(int)response.StatusCode}");
                    await Task.Delay(pause, end);
                }
                catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
                {
                    if (!end.IsCancellationRequested) Count(answers, "broken off");
                }
            }
        }));
        return Said(answers);
    }

    private static async Task<string> SlowLorisAsync(Uri url, string key, CancellationToken end)
    {
        var answers = new ConcurrentDictionary<string, int>();
        await Task.WhenAll(Enumerable.Range(0, 1_000).Select(async i =>
        {
            while (!end.IsCancellationRequested) await OnceAsync(url, answers, async stream =>
            {
                string start = i % 2 == 0 ? "GET /v1/topics HTTP/1.1\r\nHost: localhost\r\n" : $"POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {key}\r\nContent-Length: 100000\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(start), end);
                while (true)
                {
                    await Task.Delay(1_000, end);
                    await stream.WriteAsync("X"u8.ToArray(), end);
                }
            }, end);
        }));
        return Said(answers);
    }

    private static async Task<string> EndlessLinesAsync(Uri url, string key, CancellationToken end)
    {
        var answers = new ConcurrentDictionary<string, int>();
        byte[] chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string('\n', 1 << 16)}\r\n");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            while (!end.IsCancellationRequested) await OnceAsync(url, answers, async stream =>
            {
                await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /v1/transactions HTTP/1.1\r\nHost: localhost\r\nX-Api-Key: {key}\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"), end);
                while (true)
                {
                    await stream.WriteAsync(chunk, end);
                    await Task.Delay(5, end);
                }
            }, end);
        }));
        return Said(answers);
    }

    /// <summary>Ten thousand clients who want to listen, all at once, and stay.</summary>
    private static async Task<string> EventStreamsAsync(Uri url, string key, CancellationToken end)
    {
        using var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 10_000 };
        using var http = new HttpClient(handler) { BaseAddress = url };
        http.DefaultRequestHeaders.Add("X-Api-Key", key);
        var answers = new ConcurrentDictionary<string, int>();
        await Task.WhenAll(Enumerable.Range(0, 10_000).Select(async i =>
        {
            try
            {
                // As fast as a machine that also has to serve can open them.
                await Task.Delay(TimeSpan.FromMilliseconds(i), end);
                using var response = await http.GetAsync(new Uri("/v1/decisions/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, end);
                Count(answers, $"{(int)response.StatusCode}");
                if (response.IsSuccessStatusCode) await (await response.Content.ReadAsStreamAsync(end)).CopyToAsync(Stream.Null, end);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                if (!end.IsCancellationRequested) Count(answers, "broken off");
            }
        }));
        return Said(answers);
    }

    private static async Task OnceAsync(Uri url, ConcurrentDictionary<string, int> answers, Func<NetworkStream, Task> write, CancellationToken end)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(url.Host, url.Port, end);
            var writing = write(client.GetStream());
            using var reader = new StreamReader(client.GetStream());
            string? line = await reader.ReadLineAsync(end);
            Count(answers, line is { Length: >= 12 } ? line[9..12] : "closed");
            client.Close();
            await writing;
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // The server has closed it, or the attack is over.
        }
    }

    private static void Count(ConcurrentDictionary<string, int> answers, string answer) => answers.AddOrUpdate(answer, 1, (_, n) => n + 1);

    private static string Said(ConcurrentDictionary<string, int> answers) =>
        answers.IsEmpty ? "no answer yet" : string.Join(", ", answers.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => string.Create(CultureInfo.InvariantCulture, $"{a.Value:N0} × {a.Key}")));
}
