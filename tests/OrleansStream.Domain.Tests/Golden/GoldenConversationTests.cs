using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansStream.Domain.Conversations;
using OrleansStream.Domain.Conversations.Facts;
using OrleansStream.Domain.Conversations.Messages;
using OrleansStream.Domain.Conversations.Topics;
using OrleansStream.Testing;

namespace OrleansStream.Domain.Tests.Golden;

/// <summary>What stands in rows of conversations and in their outputs.</summary>
public sealed class GoldenConversationTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
    private static readonly IServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static readonly Understanding Known = new(
        new DialogueState
        {
            Facts = [new Fact("date", "tomorrow", "m-1", FactBasis.Said), new Fact("time", "6:30 pm", "m-3", FactBasis.Accepted)], Asked = ["count"], Offers = [new Offer("time", "6:30 pm")],
            Kind = "numTickets", IsAssistants = true,
        },
        new Topic { Label = "movie tickets", Previous = "opera", Shifts = 1, Terms = [new TopicTerm("movie", 1.5f)], Strangers = 1 });

    private static readonly ConversationState State = new()
    {
        Messages = [new Message { Id = "m-1", Role = MessageRole.User, Content = "für morgen 😀", Time = Noon }],
        Pinned = [new Message { Id = "m-0", Role = MessageRole.System, Content = "You sell tickets.", Time = Noon.AddMinutes(-1) }],
        Before = Understanding.Empty, After = Known, Digest = [new DigestLine(MessageRole.Assistant, "Certainly.", 0.25f, Noon)], Forgotten = 2, Version = 5, LastReceivedAt = Noon.AddSeconds(1), HasTimer = true,
    };

    [Fact]
    public void Conversation()
    {
        var read = Check("conversation-state-1.bin", State);
        Assert.Equal((State.Messages[0], State.Pinned[0], State.Digest[0]), (read.Messages[0], read.Pinned[0], read.Digest[0]));
        Assert.Equal((2, 5, State.LastReceivedAt, true), (read.Forgotten, read.Version, read.LastReceivedAt, read.HasTimer));
        Assert.Equal(Known.Dialogue.Facts, read.After.Dialogue.Facts);
        Assert.Equal((Known.Dialogue.Asked[0], Known.Dialogue.Offers[0], "numTickets", true), (read.After.Dialogue.Asked[0], read.After.Dialogue.Offers[0], read.After.Dialogue.Kind, read.After.Dialogue.IsAssistants));
        Assert.Equal(("movie tickets", "opera", 1, Known.Topic.Terms[0], 1), (read.After.Topic.Label, read.After.Topic.Previous, read.After.Topic.Shifts, read.After.Topic.Terms[0], read.After.Topic.Strangers));
    }

    [Fact]
    public void Change()
    {
        var change = new ContextChange { Kind = ContextChangeKind.Message, Version = 5, MessageId = "m-1", ChangedFacts = ["date"], IsTopicShift = true, Time = Noon };
        var read = Check("context-change-1.bin", change);
        Assert.Equal((change.Kind, 5, "m-1", "date", true, Noon), (read.Kind, read.Version, read.MessageId, read.ChangedFacts[0], read.IsTopicShift, read.Time));
    }

    private static T Check<T>(string name, T sample)
    {
        var serializer = Services.GetRequiredService<Serializer<T>>();
        return GoldenFile.AssertReadAndWritten(name, sample, bytes => serializer.Deserialize(bytes)!, item => serializer.SerializeToArray(item));
    }
}
