using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansStream.Streams.ReadModels;

namespace OrleansStream.Streams.Replay;

/// <summary>Has this process's read models rebuilt when the cluster's are. One that is of that rebuild already, or of a later one, stays as it is.</summary>
internal sealed class RebuildAttendant(ReadModelRebuilds rebuilds, IReadModels models, ILogger<RebuildAttendant> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var (latest, changed) = rebuilds.Now;
            foreach (var rebuild in latest)
            {
                if (!models.Has(rebuild.Model)) continue;
                if (models.Status.Single(s => s.Name == rebuild.Model).Generation < rebuild.Generation)
                    logger.LogInformation("Read model {Model} is rebuilt, as job {Job} asked for.", rebuild.Model, rebuild.JobId);
                // Its progress is the model's own business.
                models.RebuildAsync(rebuild.Model, rebuild.Generation, rebuild.Offsets(), stoppingToken).Ignore();
            }
            await changed.WaitAsync(stoppingToken);
        }
    }
}
