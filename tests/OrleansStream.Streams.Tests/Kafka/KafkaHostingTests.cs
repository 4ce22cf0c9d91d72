using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Kafka;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Kafka;

/// <summary>The log on Kafka as a process gets it: from its configuration, open before anything starts, told of by health.</summary>
public sealed class KafkaHostingTests
{
    [Fact]
    public async Task IsOpenAndHealthy_WhenTheHostHasStarted()
    {
        var place = new KafkaPlace();
        await using var _ = place;
        place.Create(new Dictionary<string, int> { ["hosted"] = 2 });
        using var host = Build(new() { ["ConnectionStrings:kafka"] = place.Bootstrap, [$"OrleansStream:Kafka:Topics:{place.NameOf("hosted")}"] = "0", ["OrleansStream:Kafka:TailKeep"] = "7" });
        await host.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, host.Services.GetRequiredService<IEventLog>().Topics[place.NameOf("hosted")]);
        Assert.Equal(7, host.Services.GetRequiredService<IOptions<KafkaLogOptions>>().Value.TailKeep);
        var report = await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(TestContext.Current.CancellationToken);
        Assert.Equal(HealthStatus.Healthy, report.Entries["log"].Status);
        Assert.Contains("ready", report.Entries["log"].Tags);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task DoesNotStart_WithoutBrokers_AndSaysHowToNameThem()
    {
        using var host = Build([]);
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("ConnectionStrings:kafka", refused.Message, StringComparison.Ordinal);
    }

    private static IHost Build(Dictionary<string, string?> settings)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection(settings);
        builder.Services.AddLogging();
        builder.Services.AddKafkaLog();
        builder.Services.AddKafkaLog(o => o.CreateTopics = false);
        return builder.Build();
    }
}
