using CsCheck;
using OrleansStream.Domain.Conversations;
using OrleansStream.Domain.Conversations.Context;
using OrleansStream.Domain.Conversations.Messages;
using OrleansStream.Grains.Conversations;
using OrleansStream.Streams.Testing;

namespace OrleansStream.Extending.Tests;

/// <summary>Conversations through the engine's own way, without a cluster.</summary>
public sealed class ConversationHarnessTests
{
    private static readonly TimeSpan Retention = TimeSpan.FromDays(30);
    private static readonly O200kTokenCounter Tokens = new O200kTokenCounter();

    [Fact]
    public void KeepsConversationsApartAndInOrder_WhenManyAreInterleaved()
    {
        using var harness = Harness();
        // Each counts its own tickets up and ends with its own day, in lines that are dealt out among all of them in an order that is different for each.
        var lines = Enumerable.Range(0, 60).SelectMany(c => Enumerable.Range(0, 8).Select(n => (Conversation: c, Number: n))).OrderBy(l => (l.Conversation * 7919 + l.Number * 104_729) % 1_009).ToList();
        foreach (var (conversation, number) in lines)
            harness.Send(new { conversationId = $"c-{conversation}", id = $"m-{number}", role = "user", content = number == 7 ? $"for march {1 + conversation % 28}" : $"make it {conversation + number + 1} tickets", time = harness.Now.AddSeconds(number - 60) });
        for (int c = 0; c < 60; c++)
        {
            var state = harness.State($"c-{c}")!;
            Assert.Equal(Enumerable.Range(0, 8).Select(n => $"m-{n}"), state.Messages.Select(m => m.Id));
            Assert.Equal([("numTickets", $"{c + 7}"), ("date", $"march {1 + c % 28}")], state.After.Dialogue.Facts.Select(f => (f.Name, f.Value)));
        }
        Assert.Equal(480, harness.Outputs.Count);
    }

    [Fact]
    public void EmptiesItself_WhenNobodySaysAnything()
    {
        using var harness = Harness();
        harness.Send(User("3 tickets for friday"));
        harness.PassTime(Retention / 2);
        harness.Send(User("make it 4"));
        harness.PassTime(Retention / 2);
        Assert.Equal(2, harness.State("c-1")!.Messages.Length);
        harness.PassTime(Retention / 2);
        Assert.True(harness.State("c-1")!.IsEmpty);
        Assert.Equal("expired", harness.Outputs[^1].Json.GetProperty("change").GetString());
        Assert.Empty(harness.Timers("c-1"));
        // It may begin again.
        harness.Send(User("hello"));
        Assert.Equal((1, 4), (harness.State("c-1")!.Messages.Length, harness.State("c-1")!.Version));
        Assert.Single(harness.Timers("c-1"));
    }

    [Fact]
    public void ShowsNothingThatWasSaid_WhenItIsErased()
    {
        using var harness = Harness();
        harness.Send(User("my name is Ada, 3 tickets for friday"));
        harness.Append(ConversationTopics.ErasureKind, "c-1", "{}"u8.ToArray());
        Assert.Equal(ConversationState.Empty with { Version = 2, LastReceivedAt = harness.Now }, harness.State("c-1"));
        Assert.Empty(harness.Timers("c-1"));
        Assert.Equal(["message", "erased"], harness.Outputs.Select(o => o.Json.GetProperty("change").GetString()));
        // Outputs, which stay in history and in their topic, never had it.
        Assert.All(harness.Outputs, o => Assert.DoesNotContain("Ada", o.Json.ToString(), StringComparison.Ordinal));
        Assert.All(harness.Outputs, o => Assert.DoesNotContain("friday", o.Json.ToString(), StringComparison.Ordinal));
    }

    [Fact]
    public void FitsTheBudget_CountedByTheTokenizer()
    {
        var texts = Gen.OneOf(Gen.Int[1, 300].Select(n => string.Concat(Enumerable.Repeat("Grüße, 世界 😀! ", n))), Gen.String[1, 200].Where(s => s.Trim().Length > 0), Gen.Int[1, 40].Select(n => $"{n} tickets for march {n % 28 + 1} at {n % 12 + 1} pm"));
        var builder = new ContextBuilder(Tokens);
        Gen.Select(Gen.Select(texts, Gen.Int[0, 9]).Array[1, 25], Gen.Int[ContextBuilder.SmallestBudget, 600]).Sample((lines, budget) =>
        {
            var state = ConversationState.Empty;
            for (int i = 0; i < lines.Length; i++)
            {
                var role = lines[i].Item2 switch { 0 => MessageRole.System, < 5 => MessageRole.Assistant, _ => MessageRole.User };
                state = ConversationRules.Say(state, new Message { Id = $"{i:000}", Role = role, Content = lines[i].Item1, Time = default(DateTimeOffset).AddSeconds(i) }, default).State;
            }
            var context = builder.Build(state, budget);
            int counted = context.Messages.Sum(m => Tokens.Count(m.Message.Content)) + Tokens.Count(context.Summary) + context.Facts.Sum(f => Tokens.Count($"{f.Name}: {f.Value}\n"));
            Assert.True(context.Tokens <= budget && counted <= context.Tokens, $"{counted} counted, {context.Tokens} said, {budget} allowed");
            if (!state.Messages.IsEmpty) Assert.Equal(state.Messages[^1].Id, context.Messages[^1].Message.Id);
            if (!state.Pinned.IsEmpty) Assert.Contains(context.Messages, m => m.Message.Role == MessageRole.System);
        }, iter: 300);
    }

    private static object User(string text) => new { conversationId = "c-1", role = "user", content = text };

    private static ProcessorHarness<ConversationEvent, ConversationState, ContextChange, ConversationFacts> Harness() => new(new ConversationProcessor(), _ => new ConversationFacts(Retention));
}
