using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Conversations;

/// <summary>A process that keeps conversations for a second.</summary>
public sealed class RetentionTests : OwnGateway
{
    protected override IReadOnlyList<string> Arguments => ["--OrleansStream:Conversations:Retention=00:00:01"];

    [Fact]
    public async Task ForgetsWhatWasSaid_WhenNobodyGoesOn()
    {
        string position = await Api.SayAsync("chat-1", "3 tickets for friday");
        for (long started = Environment.TickCount64; (await Api.GetAsync("/v1/conversations/chat-1/context", ("Min-Position", position))).Status == 200;)
        {
            Assert.True(Environment.TickCount64 - started < 60_000, "It is still there.");
            await Task.Delay(200, TestContext.Current.CancellationToken);
        }
        (await Api.GetAsync("/v1/conversations/chat-1/context")).Expect(404, "conversation-not-found");
    }
}
