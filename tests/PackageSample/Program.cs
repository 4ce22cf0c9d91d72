using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Hosting;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Streams.Testing;
using PackageSample;

// 1. The rules without a cluster.
using (var harness = new ProcessorHarness<Movement, Balance, Booking, NoFacts>(new AccountProcessor()))
{
    harness.Send(new Movement("a-1", 10, "m-1"));
    harness.Send(new Movement("a-1", 2.5m, "m-2"));
    Console.WriteLine($"harness: {harness.Outputs[^1].Value.Balance}");
}

// 2. A silo with the embedded log and SQLite, as OrleansStream.Streams' README has it.
var builder = Host.CreateApplicationBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddEmbeddedLog(log => log.Directory = Path.Combine(args[0], "log"));
builder.Services.AddSqliteStorage(sqlite => sqlite.File = Path.Combine(args[0], "state.db"));
builder.Services.AddStreamProcessor<AccountProcessor>();
builder.UseOrleans(silo => silo.UseLocalhostClustering(int.Parse(args[1]), gatewayPort: 0).AddStreamEngine());
using var host = builder.Build();
await host.StartAsync();

var (log, grains, processors) = (host.Services.GetRequiredService<IEventLog>(), host.Services.GetRequiredService<IGrainFactory>(), host.Services.GetRequiredService<ProcessorRegistry>());
var appended = await log.AppendAsync("movements", [Movement("m-1", "10"), Movement("m-2", "2.5"), Movement("m-2", "2.5")]);
var account = ProcessorRegistry.Grain(grains, processors.ForTopic("movements"), "a-1");
await account.WaitUntilApplied(appended[1].Position.Offset, TimeSpan.FromSeconds(60));
var state = await account.GetState();
Console.WriteLine($"silo: {System.Text.Encoding.UTF8.GetString(state!.Json)}");
await host.StopAsync();

// 3. The log on Kafka needs a broker; that it can be told where one is shows that its package is whole.
var kafka = new ServiceCollection().AddLogging().AddKafkaLog(o => o.BootstrapServers = "127.0.0.1:9092");
Console.WriteLine($"kafka: {kafka.Any(s => s.ServiceType == typeof(IEventLog))}");

static LogRecord Movement(string id, string amount)
{
    var now = TimeProvider.System.GetUtcNow();
    return new LogRecord { Key = "a-1", Id = id, Time = now, ReceivedAt = now, Value = System.Text.Encoding.UTF8.GetBytes($$"""{"accountId":"a-1","amount":{{amount}},"id":"{{id}}"}""") };
}
