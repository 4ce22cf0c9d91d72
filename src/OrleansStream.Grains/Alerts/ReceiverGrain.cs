using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Concurrency;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Grains.Alerts;

/// <summary>Tells one receiver of alerts; key = its name. One activation in the cluster, so that each message is sent by one.</summary>
[Alias("OrleansStream.IReceiverGrain")]
public interface IReceiverGrain : IGrainWithStringKey
{
    /// <summary>Sees to it that the receiver is told.</summary>
    [AlwaysInterleave]
    [Alias("Attend")]
    ValueTask Attend();
}

/// <summary>Runs <see cref="ReceiverRun"/> while it is active; <see cref="ReceiverAttendant"/> calls, so that a receiver outlives its silo.</summary>
[GrainType("alert-receiver")]
internal sealed class ReceiverGrain(
    AlertBook book, IReadModels models, IEventLog log, SentStore store, WebhookSender sender, TimeProvider time, ILogger<ReceiverGrain> logger) : Grain, IReceiverGrain, IDisposable
{
    private ReceiverRun? _run;

    public ValueTask Attend()
    {
        if (_run is not { Ended.IsCompleted: false } && book.FindReceiver(this.GetPrimaryKeyString()) is not null)
        {
            _run?.Dispose();
            _run = new ReceiverRun(this.GetPrimaryKeyString(), book, models, log, store, sender, time, logger);
            _run.Start();
        }
        return ValueTask.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_run is null) return;
        await _run.StopAsync();
        await _run.Ended.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    public void Dispose() => _run?.Dispose();
}

/// <summary>Calls every receiver's grain now and then, and at once when there is a new one: one whose silo died is activated elsewhere and goes on.</summary>
internal sealed class ReceiverAttendant(AlertBook book, IGrainFactory grains, IOptions<WebhookOptions> options, TimeProvider time, ILogger<ReceiverAttendant> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.AttendInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            foreach (var receiver in book.Receivers()) await CallAsync(receiver.Name);
    }

    private async Task CallAsync(string receiver)
    {
        try
        {
            await grains.GetGrain<IReceiverGrain>(receiver).Attend();
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "Receiver {Receiver} cannot be called now.", receiver);
        }
    }
}
