using OrleansStream.Gateway.Tests.Harness;

namespace OrleansStream.Gateway.Tests.Pipeline;

internal static class Job
{
    /// <summary>Asks for a job until it has ended.</summary>
    public static async Task<Reply> FinishedAsync(Api api, Reply job)
    {
        string path = $"/v1/jobs/{job.Member("id")}";
        for (long started = Environment.TickCount64; ; await Task.Delay(10))
        {
            var reply = (await api.GetAsync(path)).Expect(200);
            if (reply.Member("status") is not ("queued" or "running")) return reply;
            Assert.True(Environment.TickCount64 - started < 30_000, $"It does not end: {reply.Text}");
        }
    }
}
