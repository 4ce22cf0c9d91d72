using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Grains.Conversations;

/// <summary>Settings of conversations, section <c>OrleansStream:Conversations</c>. The same in all silos.</summary>
public sealed class ConversationOptions
{
    public const string Section = "OrleansStream:Conversations";

    /// <summary>
    /// A conversation is emptied this long after its newest message was handed in. Default 30 days. The log keeps the messages for as long as the topic <c>messages</c> keeps records: set that,
    /// too.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "3650.00:00:00")] public TimeSpan Retention { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Tokens of a context when a query does not say. Default 2,000.</summary>
    [Range(16, 1_000_000)] public int ContextTokens { get; set; } = 2_000;
}
