using System.Collections.Immutable;
using OrleansStream.Domain.Conversations.Context;
using OrleansStream.Domain.Conversations.Messages;

namespace OrleansStream.Domain.Conversations;

/// <summary>
/// Puts messages into their order, by time and then by id, whatever the order in which they come: the same messages make the same context, as long as none is older than what
/// has fallen out. Those are in the summary only.
/// </summary>
public static class ConversationRules
{
    public static (ConversationState State, ContextChange? Change) Say(ConversationState state, Message message, DateTimeOffset receivedAt)
    {
        if (Has(state.Messages, message.Id) || Has(state.Pinned, message.Id)) return (state, null);
        var next = message.Role == MessageRole.System ? Pin(state, message) : Insert(state, message);
        next = next with { Version = state.Version + 1, LastReceivedAt = receivedAt > state.LastReceivedAt ? receivedAt : state.LastReceivedAt };
        return (next, new ContextChange
        {
            Kind = ContextChangeKind.Message, Version = next.Version, MessageId = message.Id, Time = message.Time,
            ChangedFacts = Changed(state, next), IsTopicShift = next.After.Topic.Shifts > state.After.Topic.Shifts,
        });
    }

    /// <summary>Nothing is left of what was said; the version goes on, so that nobody takes the context of before for the newer one.</summary>
    public static (ConversationState State, ContextChange? Change) Erase(ConversationState state, ContextChangeKind kind, DateTimeOffset time)
    {
        if (state.IsEmpty) return (state with { HasTimer = false }, null);
        var next = ConversationState.Empty with { Version = state.Version + 1, LastReceivedAt = state.LastReceivedAt };
        return (next, new ContextChange { Kind = kind, Version = next.Version, Time = time, ChangedFacts = Changed(state, next) });
    }

    private static bool Has(ImmutableArray<Message> messages, string id)
    {
        foreach (var message in messages)
            if (message.Id == id) return true;
        return false;
    }

    private static ConversationState Pin(ConversationState state, Message message)
    {
        var pinned = state.Pinned.Insert(Place(state.Pinned, message), message);
        while (pinned.Length > ConversationState.MaxPinned || (pinned.Length > 1 && pinned.Sum(m => m.Content.Length) > ConversationState.MaxCharacters)) pinned = pinned.RemoveAt(0);
        return state with { Pinned = pinned };
    }

    private static ConversationState Insert(ConversationState state, Message message)
    {
        int at = Place(state.Messages, message);
        // Older than what fell out: what it says may have been overridden by something that is no longer known.
        if (at == 0 && state.Forgotten > 0)
            return state with { Forgotten = state.Forgotten + 1, Digest = Sentences.Digest(state.Digest, [message]) };
        var messages = state.Messages.Insert(at, message);
        var after = at == state.Messages.Length ? state.After.With(message) : messages.Aggregate(state.Before, (known, m) => known.With(m));
        return Trim(state with { Messages = messages, After = after });
    }

    private static ConversationState Trim(ConversationState state)
    {
        int characters = state.Messages.Sum(m => m.Content.Length), gone = 0;
        var before = state.Before;
        while (state.Messages.Length - gone > 1 && (state.Messages.Length - gone > ConversationState.MaxMessages || characters > ConversationState.MaxCharacters))
        {
            characters -= state.Messages[gone].Content.Length;
            before = before.With(state.Messages[gone++]);
        }
        if (gone == 0) return state;
        return state with
        {
            Messages = state.Messages.RemoveRange(0, gone),
            Before = before,
            Forgotten = state.Forgotten + gone,
            Digest = Sentences.Digest(state.Digest, state.Messages[..gone]),
        };
    }

    private static int Place(ImmutableArray<Message> messages, Message message)
    {
        int at = messages.Length;
        while (at > 0 && messages[at - 1].CompareTo(message) > 0) at--;
        return at;
    }

    private static ImmutableArray<string> Changed(ConversationState before, ConversationState after)
    {
        var (old, now) = (before.After.Dialogue.Facts, after.After.Dialogue.Facts);
        return [.. now.Where(f => !old.Any(o => o.Name == f.Name && o.Value == f.Value)).Select(f => f.Name).Concat(old.Select(o => o.Name).Where(n => !now.Any(f => f.Name == n)))];
    }
}
