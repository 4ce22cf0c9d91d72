using Microsoft.Extensions.Time.Testing;
using OrleansStream.Gateway.Pipeline.Feed;

namespace OrleansStream.Gateway.Tests.PipelineView;

public sealed class FeedFramesTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));

    [Fact]
    public void GivesWhatCameAfter_WhenReadFromANumber()
    {
        var frames = new FeedFrames(_time);
        long first = frames.Watermarks.High;
        for (int i = 0; i < 5; i++) frames.Add("kind", [(byte)i]);
        Assert.Equal([2, 3, 4], frames.From(first + 2, 10, out _).Select(f => (int)f.Value.Span[0]));
        Assert.Equal([2], frames.From(first + 2, 1, out _).Select(f => (int)f.Value.Span[0]));
    }

    [Fact]
    public void WakesReaders_WhenAFrameComes()
    {
        var frames = new FeedFrames(_time);
        Assert.Empty(frames.From(frames.Watermarks.High, 10, out var changed));
        frames.Add("kind", []);
        Assert.True(changed.IsCompleted);
    }

    [Fact]
    public void ForgetsTheOldest_WhenThereAreTooMany()
    {
        var frames = new FeedFrames(_time);
        for (int i = 0; i < 3_000; i++) frames.Add("kind", []);
        var (low, high) = frames.Watermarks;
        Assert.Equal(2_048, high - low);
        Assert.Equal(low, frames.From(0, 1, out _)[0].Offset);
    }

    [Fact]
    public void ForgetsTheOldest_WhenTheyAreTooLarge()
    {
        var frames = new FeedFrames(_time);
        for (int i = 0; i < 30; i++) frames.Add("kind", new byte[1 << 20]);
        Assert.Equal(8, frames.Watermarks.High - frames.Watermarks.Low);
    }

    [Fact]
    public void HasNumbersOfItsOwn_WhenTheProcessIsAnother()
    {
        var before = new FeedFrames(_time);
        for (int i = 0; i < 1_000; i++) before.Add("kind", []);
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(new FeedFrames(_time).Watermarks.Low > before.Watermarks.High);
    }
}
