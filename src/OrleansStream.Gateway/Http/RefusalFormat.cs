using Microsoft.AspNetCore.Http;

namespace OrleansStream.Gateway.Http;

/// <summary>Of a route whose protocol has errors of its own: how it says no before its handler runs. Others answer with a problem document.</summary>
/// <param name="Answer">Writes status and words.</param>
internal sealed record RefusalFormat(Func<HttpContext, int, string, Task> Answer)
{
    public static Task AnswerAsync(HttpContext context, int status, string code, string detail) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RefusalFormat>() is { } own ? own.Answer(context, status, detail) : Problems.Error(status, code, detail).ExecuteAsync(context);
}
