using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Replay;

namespace OrleansStream.Streams.Jobs;

/// <summary>Calls every unfinished job now and then: one whose silo died is activated elsewhere and goes on. And has those deleted that are kept no longer.</summary>
internal sealed class JobAttendant(JobList jobs, IGrainFactory grains, IOptions<ReplayOptions> options, TimeProvider time, ILogger<JobAttendant> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.Value.AttendInterval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var job in jobs.Unfinished()) await CallAsync(job, grain => grain.Attend());
            foreach (var job in jobs.Expired(time.GetUtcNow())) await CallAsync(job, grain => grain.Forget(job));
        }
    }

    private async Task CallAsync(Job job, Func<IJobGrain, ValueTask> call)
    {
        try
        {
            await call(grains.GetGrain<IJobGrain>(job.Id));
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "Job {Job} cannot be called now.", job.Id);
        }
    }
}
