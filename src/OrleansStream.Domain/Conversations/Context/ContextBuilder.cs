using System.Collections.Immutable;
using OrleansStream.Domain.Conversations.Facts;
using OrleansStream.Domain.Conversations.Messages;

namespace OrleansStream.Domain.Conversations.Context;

/// <summary>
/// Fits a conversation into a budget of tokens: system text and the newest message are always in it, cut if they must be; then facts, at most half of what is left; then
/// messages from the newest on, without a gap; then a summary of the others.
/// </summary>
public sealed class ContextBuilder(ITokenCounter counter)
{
    /// <summary>The smallest budget: enough for a word of system text and one of the newest message.</summary>
    public const int SmallestBudget = 16;

    /// <summary>What a message costs beside its text, as in OpenAI's chat format: its role and two marks, and one for good measure.</summary>
    public const int MessageTokens = 4;

    /// <summary>The summary's part of what is left for older messages.</summary>
    private const int SummaryShare = 5;

    private const int MostSummaryTokens = 300;

    /// <param name="state">The conversation.</param>
    /// <param name="budget">At least <see cref="SmallestBudget"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The budget is too small.</exception>
    public PromptContext Build(ConversationState state, int budget)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(budget, SmallestBudget);
        var newest = state.Messages.IsEmpty ? null : state.Messages[^1];
        var (system, last) = Fixed(state.Pinned, newest, budget);
        int left = budget - system.Sum(m => m.Tokens) - (last?.Tokens ?? 0);
        var (facts, factTokens) = Facts(state.After.Dialogue.Facts, left / 2);
        left -= factTokens;
        var older = Older(state, left, out int olderTokens);
        left -= olderTokens;
        int missing = Math.Max(0, state.Messages.Length - older.Count - 1);
        string summary = missing == 0 && state.Forgotten == 0 ? "" : Sentences.Summary(state.Digest, state.Messages[..missing], Math.Min(left, MostSummaryTokens), counter);
        left -= counter.Count(summary);
        var messages = ImmutableArray.CreateRange([.. system, .. older]);
        return new PromptContext(last is { } end ? messages.Add(end) : messages, facts, summary, budget - left, state.Forgotten + missing, state.After.Dialogue.Facts.Length - facts.Length);
    }

    private int CostOf(Message message) => MessageTokens + counter.Count(message.Content);

    /// <summary>System text and the newest message: whole when both fit; else the newest gets what the system text leaves, and half the budget at least.</summary>
    private (List<ContextMessage> System, ContextMessage? Newest) Fixed(ImmutableArray<Message> pinned, Message? newest, int budget)
    {
        int systemTokens = pinned.Sum(CostOf);
        ContextMessage? last = newest is null ? null : Cut(newest, pinned.IsEmpty ? budget : Math.Max(budget - systemTokens, budget / 2));
        int left = budget - (last?.Tokens ?? 0);
        var system = new List<ContextMessage>(pinned.Length);
        // The newest system text counts most.
        for (int i = pinned.Length - 1; i >= 0 && left > MessageTokens; i--)
        {
            var cut = Cut(pinned[i], left);
            if (cut.Message.Content.Length == 0 && pinned[i].Content.Length > 0) break;
            system.Insert(0, cut);
            left -= cut.Tokens;
        }
        return (system, last);
    }

    private (ImmutableArray<Fact> Facts, int Tokens) Facts(ImmutableArray<Fact> facts, int budget)
    {
        int first = facts.Length, tokens = 0;
        while (first > 0 && counter.Count($"{facts[first - 1].Name}: {facts[first - 1].Value}\n") is var cost && tokens + cost <= budget)
        {
            tokens += cost;
            first--;
        }
        return (facts[first..], tokens);
    }

    private List<ContextMessage> Older(ConversationState state, int budget, out int tokens)
    {
        var taken = new List<ContextMessage>();
        tokens = Take(state, budget, taken);
        bool isAll = taken.Count >= state.Messages.Length - 1 && state.Forgotten == 0;
        if (!isAll)
        {
            taken.Clear();
            tokens = Take(state, budget - Math.Min(budget / SummaryShare, MostSummaryTokens), taken);
        }
        taken.Reverse();
        return taken;
    }

    private int Take(ConversationState state, int budget, List<ContextMessage> taken)
    {
        int tokens = 0;
        for (int i = state.Messages.Length - 2; i >= 0; i--)
        {
            int cost = CostOf(state.Messages[i]);
            if (tokens + cost > budget) break;
            tokens += cost;
            taken.Add(new ContextMessage(state.Messages[i], cost, false));
        }
        return tokens;
    }

    /// <summary>As much of the message's beginning as fits.</summary>
    private ContextMessage Cut(Message message, int budget)
    {
        int cost = CostOf(message);
        if (cost <= budget) return new ContextMessage(message, cost, false);
        int low = 0, high = message.Content.Length;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            if (counter.Count(Head(message.Content, middle)) <= budget - MessageTokens) low = middle;
            else high = middle - 1;
        }
        string head = Head(message.Content, low);
        // Tokens do not grow evenly with characters: what was found is looked at once more.
        while (head.Length > 0 && counter.Count(head) > budget - MessageTokens) head = Head(head, head.Length - 1);
        var cut = message with { Content = head };
        return new ContextMessage(cut, CostOf(cut), true);
    }

    /// <summary>Does not cut a character of two code units in the middle.</summary>
    private static string Head(string text, int length) => text[..(length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
}
