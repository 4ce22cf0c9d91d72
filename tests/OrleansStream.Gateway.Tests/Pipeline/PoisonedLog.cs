using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.Pipeline;

/// <summary>A log that holds records no rule can read, which the API itself would not take: they are dead letters from the start. Also compiled into the tests of the pages.</summary>
internal static class PoisonedLog
{
    private const string Topic = "transactions";

    /// <summary>Appends them before the product owns the log; the first one's bytes are no text.</summary>
    public static async Task<IReadOnlyList<string>> AppendAsync(string dataDirectory, int count)
    {
        var host = Host.CreateEmptyApplicationBuilder(null);
        host.Services.AddSingleton(TimeProvider.System).AddLogging();
        host.Services.AddEmbeddedLog(log =>
        {
            log.Directory = Path.Combine(dataDirectory, "log");
            log.Topics.Add(Topic, 4);
        });
        using var app = host.Build();
        await app.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var records = Enumerable.Range(0, count).Select(i => new LogRecord
        {
            Key = $"poisoned-{i}", Source = "test", Id = $"p{i}", Time = now, ReceivedAt = now, Value = i == 0 ? new byte[] { 0xff, 0x00 } : "{\"amount\":-1}"u8.ToArray(),
        }).ToList();
        var results = await app.Services.GetRequiredService<IEventLog>().AppendAsync(Topic, records);
        await app.StopAsync();
        return [.. results.Select(r => r.Position.ToString())];
    }
}
