using CsCheck;
using OrleansStream.Domain.Conversations;
using OrleansStream.Domain.Conversations.Context;
using OrleansStream.Domain.Conversations.Messages;

namespace OrleansStream.Domain.Tests.Conversations;

/// <summary>Conversations in the words of the tests: <c>u: …</c>, <c>a: …</c>, <c>s: …</c>, a second apart.</summary>
internal static class Talk
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    public static ConversationState Of(params string[] lines) => Say(ConversationState.Empty, [.. lines.Select(Line)]);

    public static ConversationState Say(ConversationState state, params Message[] messages) => messages.Aggregate(state, (s, m) => ConversationRules.Say(s, m, Noon).State);

    public static Message Line(string line, int number) => new()
    {
        Id = $"m-{number:000}", Time = Noon.AddSeconds(number), Content = line[2..].Trim(),
        Role = line[0] switch { 'u' => MessageRole.User, 'a' => MessageRole.Assistant, 's' => MessageRole.System, _ => MessageRole.Tool },
    };

    /// <summary>Facts as <c>name=value</c>, by name.</summary>
    public static string Facts(this ConversationState state) => string.Join(", ", state.After.Dialogue.Facts.OrderBy(f => f.Name, StringComparer.Ordinal).Select(f => $"{f.Name}={f.Value}"));

    public static Gen<T> OneOf<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    /// <summary>A word is a token.</summary>
    public sealed class Words : ITokenCounter
    {
        public int Count(string text) => text.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length;
    }
}
