using CsCheck;
using OrleansStream.Domain.Conversations;
using OrleansStream.Domain.Conversations.Context;
using OrleansStream.Domain.Conversations.Messages;

namespace OrleansStream.Domain.Tests.Conversations;

public sealed class ContextTests
{
    private static readonly ContextBuilder Builder = new(new Talk.Words());

    private static readonly Gen<string> Texts = Gen.OneOf(
        Talk.OneOf("3 tickets for tomorrow", "no, make it friday", "yes", "what about 6:30 pm? It is late.", "The film begins at 8 pm! Bring friends. It is long.", "😀 😀 ok"),
        Gen.Int[1, 400].Select(n => string.Join(' ', Enumerable.Range(0, n).Select(i => $"word{i % 17}"))), Gen.String[Gen.Char[' ', '~'], 1, 80].Where(s => s.Trim().Length > 0));

    private static readonly Gen<(Message[] Messages, int Budget)> Cases = Gen.Select(
        Gen.Select(Texts, Talk.OneOf('u', 'u', 'a', 'a', 's', 't')).Array[1, 40].Select(lines => lines.Select((l, i) => Talk.Line($"{l.Item2}: {l.Item1}", i)).ToArray()),
        Gen.OneOf(Gen.Int[ContextBuilder.SmallestBudget, 60], Gen.Int[60, 3_000]));

    [Fact]
    public void IsNeverOverBudget_AndKeepsSystemTextAndTheNewest() => Cases.Sample(c =>
    {
        var state = Talk.Say(ConversationState.Empty, c.Messages);
        Check(state, Builder.Build(state, c.Budget), c.Budget, new Talk.Words());
    }, iter: 5_000);

    [Fact]
    public void HasEverything_WhenItFits()
    {
        var context = Builder.Build(Talk.Of("s: You sell tickets.", "u: 3 tickets", "a: For when?", "u: tomorrow"), 100);
        Assert.Equal(["You sell tickets.", "3 tickets", "For when?", "tomorrow"], context.Messages.Select(m => m.Message.Content));
        Assert.Equal(["numTickets", "date"], context.Facts.Select(f => f.Name));
        Assert.Equal(("", 0, 0), (context.Summary, context.Omitted, context.OmittedFacts));
        Assert.Equal((4 + 3) + (4 + 2) + (4 + 2) + (4 + 1) + 2 + 2, context.Tokens);
    }

    [Fact]
    public void SumsUpWhatFellOut_WhenItDoesNotFit()
    {
        var context = Builder.Build(Talk.Of(
            ["u: I need 3 tickets for the opera on friday, near the stage if possible", "a: Certainly.", .. Enumerable.Range(0, 30).Select(i => $"a: one moment please while I look, step {i}"), "u: thanks"]), 120);
        Assert.Contains("user: I need 3 tickets for the opera on friday", context.Summary, StringComparison.Ordinal);
        Assert.Equal("thanks", context.Messages[^1].Message.Content);
        Assert.True(context.Omitted > 0);
        Assert.Equal(["numTickets", "date"], context.Facts.Select(f => f.Name).Where(n => n is "numTickets" or "date"));
    }

    [Fact]
    public void CutsBoth_WhenNotEvenSystemTextAndTheNewestFit()
    {
        string longText = string.Join(' ', Enumerable.Repeat("word", 500));
        var context = Builder.Build(Talk.Of($"s: {longText}", $"u: {longText}"), 40);
        Assert.Equal([(MessageRole.System, 20, true), (MessageRole.User, 20, true)], context.Messages.Select(m => (m.Message.Role, m.Tokens, m.IsCut)));
    }

    [Fact]
    public void RefusesABudgetThatHoldsNothing() => Assert.Throws<ArgumentOutOfRangeException>(() => Builder.Build(ConversationState.Empty, ContextBuilder.SmallestBudget - 1));

    internal static void Check(ConversationState state, PromptContext context, int budget, ITokenCounter counter)
    {
        int counted = context.Messages.Sum(m => ContextBuilder.MessageTokens + counter.Count(m.Message.Content)) + counter.Count(context.Summary)
            + context.Facts.Sum(f => counter.Count($"{f.Name}: {f.Value}\n"));
        Assert.Equal(counted, context.Tokens);
        Assert.True(counted <= budget, $"{counted} of {budget}");
        if (!state.Pinned.IsEmpty) Assert.Contains(context.Messages, m => m.Message.Id == state.Pinned[^1].Id && m.Message.Content.Length > 0);
        if (state.Messages.IsEmpty) return;
        Assert.Equal(state.Messages[^1].Id, context.Messages[^1].Message.Id);
        Assert.NotEqual("", context.Messages[^1].Message.Content);
        // Without a gap: what is there are the newest.
        var shown = context.Messages.Where(m => m.Message.Role != MessageRole.System).Select(m => m.Message.Id).ToArray();
        Assert.Equal(state.Messages[^shown.Length..].Select(m => m.Id), shown);
        Assert.Equal(state.Forgotten + state.Messages.Length - shown.Length, context.Omitted);
    }
}
