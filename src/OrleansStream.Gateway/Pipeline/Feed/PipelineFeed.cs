using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansStream.Gateway.Pipeline.Batch;
using OrleansStream.Gateway.Streaming;

namespace OrleansStream.Gateway.Pipeline.Feed;

/// <summary>
/// What happens in the pipeline, as frames for event streams: records as they are handed in and processed, batches as they end, and the figures when they changed.
/// Frames are made once for all listeners, and only while there are any.
/// </summary>
internal sealed class PipelineFeed : BackgroundService
{
    public const string Topic = "pipeline";
    private const string Figures = "pipeline";

    /// <summary>Records that come closer together share a frame.</summary>
    private static readonly TimeSpan FramePause = TimeSpan.FromMilliseconds(40);

    private static readonly TimeSpan IdlePause = TimeSpan.FromSeconds(1);

    private readonly PipelineStatus _status;
    private readonly RecordSamples _samples;
    private readonly TimeProvider _time;
    private readonly TimeSpan _pushInterval;
    private readonly ILogger<PipelineFeed> _logger;
    private readonly SemaphoreSlim _received = new(0, 1);
    private readonly SemaphoreSlim _processed = new(0, 1);
    private readonly SemaphoreSlim _opened = new(0, 1);
    private readonly Lock _pushing = new();
    private int _listeners;
    private byte[] _last = [];

    public PipelineFeed(PipelineStatus status, BatchJob batch, RecordSamples samples, IOptions<PipelineOptions> options, TimeProvider time, ILogger<PipelineFeed> logger)
    {
        (_status, _samples, _time, _pushInterval, _logger) = (status, samples, time, options.Value.PushInterval, logger);
        Frames = new FeedFrames(time);
        samples.OnReceived = () => Release(_received);
        samples.OnProcessed = () => Release(_processed);
        batch.Ran += OnBatch;
    }

    public FeedFrames Frames { get; }

    /// <summary>Event streams that are open now.</summary>
    public int Listeners => Volatile.Read(ref _listeners);

    /// <summary>The topic as an event stream has it.</summary>
    /// <param name="records">Whether single records and batches are told of, beside the figures.</param>
    public static StreamSource Source(bool records) => new(Topic, Figures, frame => records || frame.Key == Figures) { NameOf = frame => frame.Key };

    /// <summary>Counts a listener until disposed; a new one gets the figures at once.</summary>
    public IDisposable Listen()
    {
        if (Interlocked.Increment(ref _listeners) == 1) _samples.Listening = true;
        _last = [];
        Release(_opened);
        return new Listener(this);
    }

    public override void Dispose()
    {
        base.Dispose();
        _received.Dispose();
        _processed.Dispose();
        _opened.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(PushAsync(_received, PushReceived, stoppingToken), PushAsync(_processed, PushProcessed, stoppingToken), PushFiguresAsync(stoppingToken));

    private async Task PushAsync(SemaphoreSlim signal, Action push, CancellationToken cancellationToken)
    {
        while (true)
        {
            await signal.WaitAsync(cancellationToken);
            push();
            await Task.Delay(FramePause, _time, cancellationToken);
        }
    }

    private void PushReceived()
    {
        lock (_pushing)
        {
            var (records, every) = _samples.TakeReceived();
            if (records.Count == 0) return;
            var frame = new IngestedFrame(every, [.. records.Select(r => new IngestedRecord(r.Position, r.Key, r.ReceivedAt))]);
            Frames.Add("ingested", JsonSerializer.SerializeToUtf8Bytes(frame, PipelineJson.Default.IngestedFrame));
        }
    }

    private void PushProcessed()
    {
        var records = _samples.TakeProcessed();
        if (records.Count == 0) return;
        // Nobody is told that a record was processed before it is told that it came.
        PushReceived();
        var frame = new ProcessedFrame([.. records.Select(ToFrame)]);
        Frames.Add("processed", JsonSerializer.SerializeToUtf8Bytes(frame, PipelineJson.Default.ProcessedFrame));
    }

    private async Task PushFiguresAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                // Also while nobody listens: the counts let go of what is committed.
                var view = await _status.ReadAsync(cancellationToken);
                if (Listeners > 0) PushIfChanged(JsonSerializer.SerializeToUtf8Bytes(view, PipelineJson.Default.PipelineView));
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                _logger.LogWarning(e, "The pipeline's figures could not be read; trying again.");
            }
            await _opened.WaitAsync(Listeners > 0 ? _pushInterval : IdlePause, cancellationToken);
        }
    }

    private void PushIfChanged(byte[] figures)
    {
        if (figures.AsSpan().SequenceEqual(_last)) return;
        _last = figures;
        Frames.Add(Figures, figures);
    }

    private void OnBatch(BatchRun run)
    {
        if (Listeners == 0) return;
        Frames.Add("batch", JsonSerializer.SerializeToUtf8Bytes(
            new BatchFrame(run.RunAt, run.FinishedAt, run.Added, run.Count, run.IntervalSeconds, run.Positions), PipelineJson.Default.BatchFrame));
        Release(_opened);
    }

    private static ProcessedRecord ToFrame(ProcessedSample sample) => new(
        sample.Position, sample.LatencyMs, sample.Headers is { Length: > 0 } headers ? headers.ToDictionary(h => h.Key, h => h.Value) : null,
        sample.Output is { } json ? JsonElement.Parse(json.Span) : null);

    private static void Release(SemaphoreSlim signal)
    {
        try
        {
            if (signal.CurrentCount == 0) signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else was first.
        }
        catch (ObjectDisposedException)
        {
            // The process is ending.
        }
    }

    private sealed class Listener(PipelineFeed feed) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0 && Interlocked.Decrement(ref feed._listeners) == 0) feed._samples.Listening = false;
        }
    }
}
