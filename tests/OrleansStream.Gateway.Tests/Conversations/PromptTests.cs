using Microsoft.Extensions.AI;
using OrleansStream.Gateway.Conversations;
using OrleansStream.Grains.Conversations;

namespace OrleansStream.Gateway.Tests.Conversations;

public sealed class PromptTests
{
    [Fact]
    public void HasWhatIsKnownBehindTheSystemText()
    {
        var view = new ContextView(
            "c", [Message("system", "You sell tickets."), Message("user", "hi"), Message("assistant", "hello")], new Dictionary<string, string> { ["date"] = "friday", ["numTickets"] = "3" },
            new Dictionary<string, FactSourceView>(), "tickets", null, 0, "user: I need tickets.", 10, 2000, 1, 0, 4, "messages:0:1");
        var prompt = ReplyApi.Prompt(view);
        Assert.Equal([ChatRole.System, ChatRole.System, ChatRole.User, ChatRole.Assistant], prompt.Select(m => m.Role));
        Assert.Equal("Known so far: date = friday, numTickets = 3.\nSaid before:\nuser: I need tickets.", prompt[1].Text);
    }

    private static MessageView Message(string role, string content) => new("m", role, content, default, 1, null);
}
