using Microsoft.AspNetCore.Http;
using OrleansStream.Gateway.Http;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary>
/// The way to a key that every query takes: a text that no event can carry as its key is not found and wakes no grain, then
/// <c>Min-Position</c>, then the state, whose position the answer names.
/// </summary>
internal sealed class KeyQuery(IGrainFactory grains, MinPosition minPosition)
{
    /// <summary>The key's grain and its state, or the problem to answer with.</summary>
    public async Task<(IKeyedStreamGrain? Grain, KeyState? State, IResult? Problem)> FindAsync(HttpContext context, StreamProcessor processor, string key)
    {
        if (!processor.CanBeKey(key)) return (null, null, NotFound(processor.Names));
        var grain = ProcessorRegistry.Grain(grains, processor, key);
        if (await minPosition.WaitAsync(context, processor.Names.Topic, key, grain) is { } problem) return (null, null, problem);
        if (await grain.GetState() is not { } state) return (null, null, NotFound(processor.Names));
        context.Response.Headers[MinPosition.AppliedHeader] = state.Position.ToString();
        return (grain, state, null);
    }

    // Without the key: somebody may ask by what must not be repeated, a card number for example.
    private static IResult NotFound(ProcessorNames names) => Problems.Error(404, names.KeyNotFound(), $"Nothing is known of this {names.Key}.");
}
