using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Http;
using OrleansStream.Grains.Services;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Gateway.Services;

/// <summary>Read your writes for what read models answer: holds a query until the model has read the positions in <c>Min-Position</c>.</summary>
internal sealed class ModelPosition(IReadModels models, IEventLog log, IOptions<GatewayOptions> options)
{
    /// <returns>Null when all are reached, else the answer.</returns>
    public async Task<IResult?> WaitAsync(HttpContext context, string model)
    {
        var texts = context.Request.Headers[MinPosition.Header];
        if (texts.Count == 0) return null;
        var wait = Preferences.Wait(context.Request, options.Value) ?? options.Value.DefaultWait;
        foreach (string text in texts.SelectMany(t => (t ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)))
        {
            if (!Position.TryParse(text, out var position) || position.Topic != ServiceTopics.Signals || position.Partition >= log.Topics[position.Topic])
                return Problems.Error(400, "invalid-position", $"'{text}' is not a position of {ServiceTopics.Signals}.");
            if (!await models.WaitForAsync(model, position, wait, context.RequestAborted)) return Problems.Error(504, "position-not-reached", "The position was not reached within the time.");
        }
        return null;
    }
}
