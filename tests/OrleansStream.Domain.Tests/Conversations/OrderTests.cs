using CsCheck;
using OrleansStream.Domain.Conversations;
using OrleansStream.Domain.Conversations.Messages;

namespace OrleansStream.Domain.Tests.Conversations;

public sealed class OrderTests
{
    private static readonly Gen<string> Lines = Talk.OneOf(
        "u: 3 tickets for tomorrow", "u: no, make it friday", "a: how about 6 pm?", "u: yes", "u: no", "a: how many tickets?", "u: 5", "u: any time", "s: You sell tickets.", "u: not friday", "a: nothing at 6 pm", "u: by the way, is there parking nearby?");

    private static readonly Gen<Message[]> Conversations = Gen.Select(Lines, Gen.Int[0, 5]).Array[1, 30].Select(lines =>
        // Several at one time: then the id decides.
        lines.Select((line, i) => Talk.Line(line.Item1, i) with { Time = Talk.Noon.AddSeconds(line.Item2 + i / 3) }).ToArray());

    [Fact]
    public void MakesTheSameContext_WhateverTheOrderOfArrivalAndHoweverOftenAMessageComes() =>
        (from messages in Conversations from shuffled in Gen.Shuffle(messages.ToArray()) select (messages, shuffled)).Sample(c =>
        {
            var inOrder = Talk.Say(ConversationState.Empty, [.. c.messages.OrderBy(m => m, Comparer<Message>.Create((a, b) => a.CompareTo(b)))]);
            // System text that made room for newer may come again: then it is new.
            var anyhow = Talk.Say(ConversationState.Empty, [.. c.shuffled, .. c.messages.Where(m => m.Role != MessageRole.System)]);
            Assert.Equal(inOrder.Messages, anyhow.Messages);
            Assert.Equal(inOrder.Pinned, anyhow.Pinned);
            Assert.Equal(inOrder.After.Dialogue.Facts, anyhow.After.Dialogue.Facts);
            Assert.Equal(inOrder.After.Topic.Label, anyhow.After.Topic.Label);
            Assert.Equal(inOrder.Version, anyhow.Version);
        }, iter: 2_000);

    [Fact]
    public void KeepsFacts_WhenTheirMessagesFallOut()
    {
        var state = Talk.Of(["u: 3 tickets for friday", .. Enumerable.Range(0, ConversationState.MaxMessages + 50).Select(i => $"a: please hold the line, {i}")]);
        Assert.Equal((ConversationState.MaxMessages, 51), (state.Messages.Length, state.Forgotten));
        Assert.Equal("date=friday, numTickets=3", state.Facts());
        // A late message between those that are left is taken in as if it had come in time.
        Assert.Equal("date=friday, numTickets=4", Talk.Say(state, Talk.Line("u: no, make it 4", 100) with { Id = "late" }).Facts());
        // One before those that are gone is not: what it says may have been overridden.
        var tooLate = Talk.Say(state, Talk.Line("u: 9 tickets", -1) with { Id = "too-late" });
        Assert.Equal(("date=friday, numTickets=3", 52), (tooLate.Facts(), tooLate.Forgotten));
    }

    [Fact]
    public void IsBounded_HoweverLongMessagesAre()
    {
        var state = Talk.Of([.. Enumerable.Range(0, 20).Select(i => $"u: {new string((char)('a' + i), MessageReader.LongestContent)}")]);
        Assert.True(state.Messages.Sum(m => m.Content.Length) <= ConversationState.MaxCharacters);
        Assert.Equal("m-019", state.Messages[^1].Id);
        Assert.True(Talk.Of([.. Enumerable.Range(0, 20).Select(i => $"s: {i}")]).Pinned.Length == ConversationState.MaxPinned);
    }

    [Fact]
    public void LeavesNothing_WhenItIsErased()
    {
        var said = Talk.Of("s: You sell tickets.", "u: 3 tickets for friday");
        var (state, change) = ConversationRules.Erase(said, ContextChangeKind.Erased, Talk.Noon);
        Assert.Equal((3, ContextChangeKind.Erased), (change!.Version, change.Kind));
        Assert.Equal(ConversationState.Empty with { Version = 3, LastReceivedAt = Talk.Noon }, state);
        Assert.Null(ConversationRules.Erase(state, ContextChangeKind.Erased, Talk.Noon).Change);
    }

    [Fact]
    public void TellsWhatChanged()
    {
        var state = Talk.Of("u: 3 tickets for friday");
        var (next, change) = ConversationRules.Say(state, Talk.Line("u: not friday", 1), Talk.Noon);
        Assert.Equal(["date"], change!.ChangedFacts);
        Assert.Equal(("m-001", 2, false), (change.MessageId, change.Version, change.IsTopicShift));
        Assert.Null(ConversationRules.Say(next, Talk.Line("u: something else", 1), Talk.Noon).Change);
    }
}
