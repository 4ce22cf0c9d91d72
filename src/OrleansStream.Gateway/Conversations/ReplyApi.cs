using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using OrleansStream.Domain.Conversations.Messages;
using OrleansStream.Gateway.Auth;
using OrleansStream.Gateway.Http;
using OrleansStream.Gateway.OpenApi;
using OrleansStream.Gateway.Pressure;
using OrleansStream.Gateway.Processors;
using OrleansStream.Grains.Conversations;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Conversations;

/// <summary>
/// <c>POST /v1/conversations/{id}/reply</c>: prompts a chat model with the context, and says its answer in the conversation. Only where whoever hosts the gateway has registered an
/// <see cref="IChatClient"/>; everything else works without.
/// </summary>
internal static class ReplyApi
{
    public static void MapReply(this IEndpointRouteBuilder routes, StreamProcessor processor) => routes
        .MapPost("/v1/conversations/{conversationId}/reply", (HttpContext context, KeyQuery query, IGrainFactory grains, IngestGates gates, RecordIngest ingest, IServiceProvider services, ILogger<ChatReply> logger) =>
            PostAsync(context, query, grains, gates, ingest, services.GetService(typeof(IChatClient)) as IChatClient, processor, logger))
        .RequireScope(Scope.Operate)
        .WithName("Reply").WithTags(ConversationsApi.Tag)
        .WithSummary("Let the configured chat model answer")
        .WithDescription(
            "Prompts the `IChatClient` of the process with the context, and appends its answer as a message of the assistant: durable when this answers. 404 `no-chat-client` where none is registered, " +
            "504 `chat-client-failed` when it does not answer.")
        .WithKeyQuery(processor)
        .Produces<ChatReply>(200).WithResponseExample(200, """{"id":"01939f0e5a7c7c0db1b2c3d4e5f60718","role":"assistant","content":"Three tickets for tomorrow. At what time?","position":"messages:3:1843"}""")
        .WithProblem(404, PipelineProblems.Example(404, "no-chat-client", "No chat client is registered in this process."))
        .ProducesProblems(processor.Names, 400, 429, 503, 504);

    private static async Task<IResult> PostAsync(
        HttpContext context, KeyQuery query, IGrainFactory grains, IngestGates gates, RecordIngest ingest, IChatClient? client, StreamProcessor processor, ILogger logger)
    {
        if (client is null) return Problems.Error(404, "no-chat-client", "No chat client is registered in this process.");
        string id = RouteText.Of(context, processor.Names.KeyField, 1);
        if (gates.Refuse(context, processor.Names.Topic) is { } refused) return refused;
        var (grain, _, problem) = await query.FindAsync(context, processor, id);
        if (grain is null) return problem!;
        if (await grains.GetGrain<IConversationGrain>(id).GetContext(0) is not { } answer || ContextViewJson.Read(answer.Json) is not { } view) return ConversationsApi.NotFound();
        string text;
        try
        {
            text = (await client.GetResponseAsync(Prompt(view), cancellationToken: context.RequestAborted)).Text;
        }
        catch (Exception e) when (e is not OperationCanceledException || !context.RequestAborted.IsCancellationRequested)
        {
            logger.LogWarning(e, "The chat client did not answer.");
            return Problems.Error(504, "chat-client-failed", "The chat client did not answer.");
        }
        if (text.Length > MessageReader.LongestContent) text = text[..MessageReader.LongestContent];
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(new { role = RoleNames.Of(MessageRole.Assistant), content = text });
        var taken = (await ingest.AppendAsync(processor, new IngestBody([json], Single: true) { Key = id }, context.RequestAborted)).Results[0];
        return taken.Status == RecordResult.Rejected
            ? Problems.Error(504, "chat-client-failed", "The chat client answered nothing.")
            : TypedResults.Ok(new ChatReply(taken.Id!, RoleNames.Of(MessageRole.Assistant), text, taken.Position!));
    }

    /// <summary>The context as a chat model takes it: what is known stands behind the system text.</summary>
    internal static List<ChatMessage> Prompt(ContextView view)
    {
        var messages = new List<ChatMessage>();
        foreach (var message in view.Messages) messages.Add(new ChatMessage(new ChatRole(message.Role), message.Content));
        var known = new StringBuilder();
        if (view.Facts.Count > 0) known.Append("Known so far: ").AppendJoin(", ", view.Facts.Select(f => $"{f.Key} = {f.Value}")).Append('.');
        if (view.Summary.Length > 0) known.Append(known.Length > 0 ? "\n" : "").Append("Said before:\n").Append(view.Summary);
        if (known.Length > 0) messages.Insert(messages.TakeWhile(m => m.Role == ChatRole.System).Count(), new ChatMessage(ChatRole.System, known.ToString()));
        return messages;
    }
}

/// <param name="Id">The message's id.</param>
/// <param name="Role">Always <c>assistant</c>.</param>
/// <param name="Content">What the model says.</param>
/// <param name="Position">Where it stands in the log: for <c>Min-Position</c>.</param>
internal sealed record ChatReply(string Id, string Role, string Content, string Position);
