using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using OrleansStream.Gateway.Http;
using OrleansStream.Streams.Log;

namespace OrleansStream.Gateway.Tests.Http;

public sealed class ExceptionProblemsTests
{
    public static TheoryData<Exception, int, string> Refusals => new()
    {
        { new LogUnavailableException("'/data/log' is damaged"), 503, "log-unavailable" },
        { new LogFullException("'/data/log' is full"), 503, "log-full" },
        { new LogOverloadedException("'/data/log' is busy"), 429, "overloaded" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task HasTheLogsCodeAndARetryAfter_WhenTheLogRefuses(Exception exception, int status, string code)
    {
        var context = new DefaultHttpContext
        {
            RequestServices = new ServiceCollection().AddLogging().BuildServiceProvider(),
            Response = { Body = new MemoryStream() },
        };
        Assert.True(await new ExceptionProblems(NullLogger<ExceptionProblems>.Instance).TryHandleAsync(context, exception, CancellationToken.None));
        context.Response.Body.Position = 0;
        using var problem = await JsonDocument.ParseAsync(context.Response.Body, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal((status, "1", code), (context.Response.StatusCode, context.Response.Headers.RetryAfter.ToString(), problem.RootElement.GetProperty("code").GetString()));
        Assert.DoesNotContain("/data", problem.RootElement.ToString(), StringComparison.Ordinal);
    }
}
