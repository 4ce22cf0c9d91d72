using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansStream.Grains.Cards;
using OrleansStream.Grains.Conversations;
using OrleansStream.Grains.Devices;
using OrleansStream.Grains.Users;
using OrleansStream.ServiceDefaults;
using OrleansStream.ServiceDefaults.Telemetry;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.Hosting;

/// <summary>No log line names a person or a card, whoever writes it.</summary>
public sealed class PersonalLogsTests
{
    [Theory]
    [InlineData("[S127.0.0.1:11111:154890361/conversation/KEY@b308543ca72f0e11b308543ca72f0e11]")]
    [InlineData("Failed to address message Request [S127.0.0.1:1:2 partition/transactions/3]->[ card/KEY] OrleansStream.IKeyedStreamGrain.Apply()")]
    [InlineData("user/KEY")]
    [InlineData("The grain device/KEY, which is busy, and partition/transactions/3.")]
    [InlineData("It was card/KEY.")]
    public void ShowsTheHash_WhenATextHasTheIdOfAGrain(string text)
    {
        foreach (string key in new[] { "card-42", "jane@example.com", "a/b:c", "4f" })
            Assert.Equal(text.Replace("KEY", KeyHash.Of(key), StringComparison.Ordinal), PersonalText.Hide(text.Replace("KEY", key, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Owner 3 of transactions/4 starts at offset 2013.")]
    [InlineData("GET /v1/cards/ was answered 404; service/checkout, merchant/m-7")]
    [InlineData("")]
    public void StaysAsItIs_WhenNobodyIsNamed(string text) => Assert.Same(text, PersonalText.Hide(text));

    [Fact]
    public void KnowsTheGrainsOfPeople() =>
        Assert.Equal(new[] { CardTopics.Card, UserTopics.User, ConversationTopics.Conversation, DeviceProcessor.GrainName }.Order(), PersonalText.GrainTypes.Order());

    [Fact]
    public void HidesThemInLinesAndExceptions_OfEveryCategory()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.AddServiceDefaults();
        var lines = new Lines();
        builder.Logging.ClearProviders().AddProvider(lines);
        using var host = builder.Build();
        var logger = host.Services.GetRequiredService<ILogger<PersonalLogsTests>>();
        logger.LogWarning(new TimeoutException("No answer of card/secret-1 in time."), "Asking {Grain} failed.", "user/secret-2");
        logger.LogWarning("Nobody is named {Here}.", "here");
        Assert.Equal(3, lines.All.Count);
        Assert.All(lines.All, line => Assert.DoesNotContain("secret", line, StringComparison.Ordinal));
        Assert.Contains($"Asking user/{KeyHash.Of("secret-2")} failed.", lines.All);
        Assert.Contains(lines.All, line => line.Contains($"System.TimeoutException: No answer of card/{KeyHash.Of("secret-1")} in time.", StringComparison.Ordinal));
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public List<string> All { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            All.Add(formatter(state, exception));
            if (exception is not null) All.Add(exception.ToString());
        }

        public void Dispose()
        {
        }
    }
}
