using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansStream.Storage.Sqlite;
using OrleansStream.Streams.Embedded;
using OrleansStream.Streams.Hosting;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;
using OrleansStream.Testing;
using PackageSample;

namespace OrleansStream.Streams.Tests.Documentation;

/// <summary>What the documents say is so.</summary>
public sealed class DocumentationTests
{
    [Fact]
    public void HasTheSampleThatIsTested()
    {
        string source = Read("tests/PackageSample/Account.cs"), sample = source[source.IndexOf("public ", StringComparison.Ordinal)..].Trim();
        Assert.Contains(sample, Read("src/OrleansStream.Streams/README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheSampleDoesWhatTheReadmeSays()
    {
        using var folder = new EmptyFolder();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddEmbeddedLog(log => log.Directory = Path.Combine(folder.Path, "log"));
        builder.Services.AddSqliteStorage(sqlite => sqlite.File = Path.Combine(folder.Path, "state.db"));
        builder.Services.AddStreamProcessor<AccountProcessor>();
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePorts.Next(), gatewayPort: 0).AddStreamEngine());
        using var host = builder.Build();
        await host.StartAsync();
        var log = host.Services.GetRequiredService<IEventLog>();
        var appended = await log.AppendAsync("movements", [Records.Of("a-1", "m-1", """{"accountId":"a-1","amount":40}"""), Records.Of("a-1", "m-2", """{"accountId":"a-1","amount":2}""")]);
        var account = ProcessorRegistry.Grain(host.Services.GetRequiredService<IGrainFactory>(), host.Services.GetRequiredService<ProcessorRegistry>().ForTopic("movements"), "a-1");
        Assert.True(await account.WaitUntilApplied(appended[1].Position.Offset, Wait.Limit));
        Assert.Equal("""{"amount":42}""", Encoding.UTF8.GetString((await account.GetState())!.Json));
        await host.StopAsync();
    }

    [Fact]
    public void NamesEveryInstrumentWithItsUnit()
    {
        string operations = Read("docs/OPERATIONS.md");
        var missing = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == StreamMetrics.MeterName && !operations.Contains($"| `{instrument.Name}` | {instrument.Unit} |", StringComparison.Ordinal))
                    lock (missing) missing.Add($"{instrument.Name} ({instrument.Unit})");
            },
        };
        listener.Start();
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(StreamMetrics).TypeHandle);
        Assert.True(missing.Count == 0, $"docs/OPERATIONS.md lacks {string.Join(", ", missing)}");
    }

    private static string Read(string path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "OrleansStream.sln"))) folder = folder.Parent ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        return File.ReadAllText(Path.Combine(folder.FullName, path)).ReplaceLineEndings("\n");
    }

    private sealed class EmptyFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("orleansstream-readme-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
