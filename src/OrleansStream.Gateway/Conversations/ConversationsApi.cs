using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansStream.Domain.Conversations.Context;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.CloudEvents;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Pressure;
using OrleansStream.Gateway.Processors;
using OrleansStream.Gateway.Streaming;
using OrleansStream.Grains.Conversations;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Conversations;

/// <summary>Messages of a conversation, its context, live and on demand, and its end.</summary>
internal static class ConversationsApi
{
    private const int MostTokens = 1_000_000;
    internal const string Tag = "Conversations";
    internal static readonly string NotFoundExample = PipelineProblems.Example(404, "conversation-not-found", "Nothing is known of this conversation.");

    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        // Whoever has no such processor has no conversations either.
        if (routes.ServiceProvider.GetRequiredService<ProcessorRegistry>().FindTopic(ConversationTopics.Messages) is not { } processor) return;
        routes.MapMessages(processor);
        routes.MapGet("/v1/conversations/{conversationId}/context", (HttpContext context, KeyQuery query, IGrainFactory grains, string? maxTokens) => GetAsync(context, query, grains, processor, maxTokens))
            .RequireScope(Scope.Read)
            .WithName("GetContext").WithTags(Tag)
            .WithSummary("What a chatbot should be prompted with")
            .WithDescription(
                "System text, then the newest messages that fit into `maxTokens` (counted with `o200k_base`, four more for each message), oldest first; facts that later messages override, each with its message in " +
                "`factSources`; what it is about; and, as `summary`, the most telling sentences of what did not fit. `tokens` counts all of it. System text and the newest message are always there, with `truncated` when " +
                "only their beginning fits.")
            .WithKeyQuery(processor)
            .WithParameterExample("maxTokens", "2000")
            .Produces<ContextView>().WithResponseExample(200, ConversationDocumentation.Context)
            .WithProblem(400, PipelineProblems.Example(400, "invalid-max-tokens", "maxTokens is a whole number from 16 to 1,000,000."))
            .WithProblem(404, NotFoundExample)
            .ProducesProblems(processor.Names, 503, 504);
        routes.MapGet("/v1/conversations/{conversationId}/stream", (HttpContext context, EventStream stream, IGrainFactory grains) => StreamAsync(context, stream, grains, processor))
            .RequireReadOrTicket()
            .WithName("StreamContext").WithTags(Tag)
            .WithSummary("A conversation's context, anew after each change (server-sent events)")
            .WithDescription("Each event is `context` with the context of now; `erased` or `expired` when the conversation was emptied. Without a cursor the stream starts now.")
            .WithPathParameter("conversationId", "chat-1")
            .WithStreamStart("1-120-98-131-77")
            .ProducesEvents($"event: context\nid: 1-120-98-131-77\ndata: {ConversationDocumentation.Context}")
            .WithProblem(404, NotFoundExample)
            .ProducesProblems(processor.Names, 503);
        routes.MapDelete("/v1/conversations/{conversationId}", (HttpContext context, ConversationService conversations, IngestGates gates) => DeleteAsync(context, conversations, gates, processor))
            .RequireScope(Scope.Operate)
            .WithName("EraseConversation").WithTags(Tag)
            .WithSummary("Erase what was said")
            .WithDescription(
                "Messages, facts and summary are gone once this is applied (`Min-Position`); outputs never had them. The log itself is not rewritten: the records stand in the topic `messages` until its retention removes " +
                "them, and a copy that was made of it keeps them. Messages that are handed in afterwards begin a new conversation under the same id.")
            .WithPathParameter("conversationId", "chat-1")
            .Produces<ErasureAnswer>(202).WithResponseExample(202, """{"conversationId":"chat-1","position":"messages:3:1901"}""")
            .WithProblem(404, NotFoundExample)
            .ProducesProblems(processor.Names, 429, 503);
        routes.MapReply(processor);
    }

    private static void MapMessages(this IEndpointRouteBuilder routes, StreamProcessor processor) => routes
        .MapPost("/v1/conversations/{conversationId}/messages", (HttpContext context, IngestGates gates, CloudEventReader events, RecordIngest ingest, OutcomeWait outcomes, IOptions<GatewayOptions> options) =>
            PostAsync(context, processor, gates, events, ingest, outcomes, options.Value))
        .RequireScope(Scope.Ingest)
        .WithName("PostConversationMessages").WithTags(Tag)
        .WithSummary("Say something in a conversation")
        .WithDescription(
            "One message, an array, or NDJSON. `role` is `user`, `assistant`, `system` or `tool`; `id` and `time` are assigned when missing. Messages are in the order of their times, and of their ids where times are the " +
            "same, whenever they come; the same `id` counts once. Accepted means durable; `Prefer: wait=2` answers 200 when the context has it.")
        .WithPathParameter("conversationId", "chat-1")
        .WithRequestBodyOf("application/json", ConversationDocumentation.Message)
        .WithRequestBodyOf("application/x-ndjson", ConversationDocumentation.Message)
        .WithHeaderParameter("Prefer", "`wait=<seconds>`: answer when it is in the context.", "wait=2")
        .ProducesJson(200, typeof(ContextChangeView), processor.Documentation.OutputExample)
        .ProducesJson(202, typeof(AcceptedAnswer), Examples.Accepted(processor.Names, processor.Documentation))
        .ProducesJson(207, typeof(BatchAnswer), Examples.MixedBatch(processor.Names, processor.Documentation))
        .ProducesProblems(processor.Names, 400, 404, 413, 415, 422, 429, 503);

    private static Task<IResult> PostAsync(
        HttpContext context, StreamProcessor processor, IngestGates gates, CloudEventReader events, RecordIngest ingest, OutcomeWait outcomes, GatewayOptions options)
    {
        string id = RouteText.Of(context, processor.Names.KeyField, 1);
        return processor.CanBeKey(id) ? IngestApi.PostAsync(context, processor, gates, events, ingest, outcomes, options, id)
            : Task.FromResult(Problems.Error(400, ProcessorRoutes.Invalid(processor.Names.KeyField), $"{processor.Names.KeyField} is not one that a {processor.Names.Key} can have."));
    }

    private static async Task<IResult> GetAsync(HttpContext context, KeyQuery query, IGrainFactory grains, StreamProcessor processor, string? maxTokens)
    {
        int budget = 0;
        if (maxTokens is not null && (!int.TryParse(maxTokens, NumberStyles.None, CultureInfo.InvariantCulture, out budget) || budget is < ContextBuilder.SmallestBudget or > MostTokens))
            return Problems.Error(400, "invalid-max-tokens", string.Create(CultureInfo.InvariantCulture, $"maxTokens is a whole number from {ContextBuilder.SmallestBudget} to {MostTokens:N0}."));
        string id = RouteText.Of(context, processor.Names.KeyField, 1);
        var (grain, _, problem) = await query.FindAsync(context, processor, id);
        if (grain is null) return problem!;
        if (await grains.GetGrain<IConversationGrain>(id).GetContext(budget) is not { } answer) return NotFound();
        context.Response.Headers[MinPosition.AppliedHeader] = answer.Applied.ToString();
        return new JsonBytes(answer.Json);
    }

    private static async Task StreamAsync(HttpContext context, EventStream stream, IGrainFactory grains, StreamProcessor processor)
    {
        string id = RouteText.Of(context, processor.Names.KeyField, 1);
        if (!processor.CanBeKey(id))
        {
            await NotFound().ExecuteAsync(context);
            return;
        }
        var conversation = grains.GetGrain<IConversationGrain>(id);
        await stream.WriteAsync(context, [new StreamSource(ConversationTopics.Contexts, processor.Names.Output, record => record.Key == id)
        {
            NameOf = record => record.Header(ConversationTopics.ChangeHeader) is { } change and not "message" ? change : processor.Names.Output,
            // The context of now, not of then: what was erased meanwhile is not shown again.
            Render = async record => record.Header(ConversationTopics.ChangeHeader) is "message" && await conversation.GetContext(0) is { } answer ? answer.Json : record.Value,
        }]);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, ConversationService conversations, IngestGates gates, StreamProcessor processor)
    {
        string id = RouteText.Of(context, processor.Names.KeyField, 0);
        if (!processor.CanBeKey(id)) return NotFound();
        if (gates.Refuse(context, processor.Names.Topic) is { } refused) return refused;
        var position = await conversations.EraseAsync(id, context.RequestAborted);
        return TypedResults.Accepted((string?)null, new ErasureAnswer(id, position.ToString()));
    }

    internal static IResult NotFound() => Problems.Error(404, "conversation-not-found", "Nothing is known of this conversation.");
}

/// <param name="ConversationId">Which.</param>
/// <param name="Position">Where the erasure stands in the log: for <c>Min-Position</c>.</param>
internal sealed record ErasureAnswer(string ConversationId, string Position);
