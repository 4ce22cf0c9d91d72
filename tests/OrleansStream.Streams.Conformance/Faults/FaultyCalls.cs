using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Conformance.Faults;

/// <summary>Faults of the calls by which partitions reach their keys: lost on the way there, or the answer on the way back. Operation <c>call.apply</c>.</summary>
public sealed class FaultyCalls(FaultInjector faults) : IIncomingGrainCallFilter
{
    /// <summary>Asked before each of these calls; it goes on when the task is done.</summary>
    public Func<GrainId, Task> Arriving { get; set; } = _ => Task.CompletedTask;

    public Task Invoke(IIncomingGrainCallContext context) =>
        context.ImplementationMethod.Name != nameof(IKeyedStreamGrain.Apply) || context.Grain is not IKeyedStreamGrain
            ? context.Invoke()
            : faults.RunAsync("call.apply", async () =>
            {
                await Arriving(context.TargetId);
                await context.Invoke();
                return true;
            });
}
