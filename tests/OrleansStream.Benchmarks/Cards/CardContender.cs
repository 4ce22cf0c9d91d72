using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>One way of checking cards as their payments come. All share payments, rules and the look at every decision; they differ in the plumbing.</summary>
internal abstract class CardContender(CardWorkload work) : IAsyncDisposable
{
    /// <summary>Payments handed in that have no decision yet.</summary>
    public static int Window { get; set; } = 20_000;

    /// <summary>As many as an HTTP batch would have.</summary>
    public static int Batch { get; set; } = 500;

    protected CardWorkload Work => work;

    protected string Folder { get; } = Directory.CreateTempSubdirectory("osbench-").FullName;

    /// <summary>What a decision that was shown survives.</summary>
    public abstract string Contract { get; }

    /// <summary>Processes whose CPU counts as this one's.</summary>
    public virtual IReadOnlyList<int> Servers => [];

    public abstract Task StartAsync();

    /// <summary>Hands in a range in order and returns when each decision was seen.</summary>
    public async Task SendAsync(int from, int count)
    {
        await ProduceAsync(from, count);
        await Verdicts.ReachAsync(from + count);
    }

    protected abstract Task ProduceAsync(int from, int count);

    /// <summary>Hands in one and does not wait.</summary>
    public abstract void Post(int number);

    public virtual ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A failure that nobody awaits ends the run.</summary>
    protected static void Guard(Task task) =>
        _ = task.ContinueWith(t => Environment.FailFast("The contender failed.", t.Exception), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

    /// <summary>Hands in ranges of at most <see cref="Batch"/>, one after the other, as long as the window allows.</summary>
    protected static async Task InBatchesAsync(int from, int count, Func<int, int, Task> send)
    {
        var pending = new Queue<Task>();
        for (int at = from; at < from + count; at += Batch)
        {
            await Verdicts.HoldBackAsync(at, Window);
            pending.Enqueue(send(at, Math.Min(Batch, from + count - at)));
            while (pending.TryPeek(out var first) && first.IsCompleted) await pending.Dequeue();
        }
        await Task.WhenAll(pending);
    }

    /// <summary>Hands in one by one, as long as the window allows.</summary>
    protected static async Task OneByOneAsync(int from, int count, Action<int> post)
    {
        for (int i = from; i < from + count; i++)
        {
            if (i % 64 == 0) await Verdicts.HoldBackAsync(i, Window);
            post(i);
        }
    }

    public static CardContender Create(string name, CardWorkload work, Settings settings) => name switch
    {
        "stream" => new StreamContender(work, settings),
        "worker" => new WorkerContender(work, workers: 1),
        "workers" => new WorkerContender(work, workers: 2),
        "memory" => new MemoryStreamContender(work),
        "calls" => new GrainCallContender(work),
        "akka" => new AkkaContender(work),
        "redis" => new RedisContender(work, settings.Text("redis", "")),
        "postgres" => new PostgresContender(work, settings.Text("postgres", "")),
        _ => throw new ArgumentException($"Contender '{name}' is not known: {CardBenchmark.Contenders}."),
    };
}
