using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Replay;

namespace OrleansStream.Streams.Jobs;

/// <summary>Calls every unfinished job now and then: one whose silo died is activated elsewhere and goes on.</summary>
internal sealed class JobAttendant(JobList jobs, IGrainFactory grains, IOptions<ReplayOptions> options, TimeProvider time, ILogger<JobAttendant> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.AttendInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var job in jobs.Unfinished())
            {
                try
                {
                    await grains.GetGrain<IJobGrain>(job.Id).Attend();
                }
                catch (Exception e)
                {
                    logger.LogDebug(e, "Job {Job} cannot be called now.", job.Id);
                }
            }
        }
    }
}
