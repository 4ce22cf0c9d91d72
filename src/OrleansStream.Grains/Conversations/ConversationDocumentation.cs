using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Conversations;

/// <summary>What the API's reference shows of conversations.</summary>
public static class ConversationDocumentation
{
    public const string Message =
        """
        {"id":"m-1","role":"user","content":"hi, buy 3 movie tickets for tomorrow","time":"2026-11-22T10:00:00Z"}
        """;

    public const string Context =
        """
        {"conversationId":"chat-1","messages":[{"id":"m-0","role":"system","content":"You sell cinema tickets.","time":"2026-11-22T09:59:00+00:00","tokens":9},{"id":"m-1","role":"user","content":"hi, buy 3 movie tickets for tomorrow","time":"2026-11-22T10:00:00+00:00","tokens":13}],"facts":{"numTickets":"3","date":"tomorrow"},"factSources":{"numTickets":{"messageId":"m-1","basis":"said"},"date":{"messageId":"m-1","basis":"said"}},"topic":"movie tickets","topicShifts":0,"summary":"","tokens":34,"maxTokens":2000,"omitted":0,"omittedFacts":0,"version":2,"appliedPosition":"messages:3:1842"}
        """;

    internal static readonly ProcessorDocumentation Value = new()
    {
        Group = "Conversations",
        IngestSummary = "Hand in messages of any conversations",
        KeyExample = "chat-1",
        StateType = typeof(ConversationView),
        OutputType = typeof(ContextChangeView),
        EventExample = """{"conversationId":"chat-1","id":"m-1","role":"user","content":"hi, buy 3 movie tickets for tomorrow","time":"2026-11-22T10:00:00Z"}""",
        StateExample = """{"conversationId":"chat-1","messageCount":2,"forgotten":0,"firstAt":"2026-11-22T09:59:00+00:00","lastAt":"2026-11-22T10:00:00+00:00","facts":{"numTickets":"3","date":"tomorrow"},"topic":"movie tickets","version":2,"appliedPosition":"messages:3:1842"}""",
        OutputExample = """{"conversationId":"chat-1","change":"message","version":2,"messageId":"m-1","changedFacts":["numTickets","date"],"isTopicShift":false,"time":"2026-11-22T10:00:00+00:00","position":"messages:3:1842"}""",
    };
}
