namespace OrleansStream.Streams.Partitions;

/// <summary>
/// How long the rules of a partition's processor take per record, of late: fast ones run on the partition's thread, which spares a message; slow ones on
/// their grains' threads, many at once. While they are slow, one batch in many still runs here, to see whether they still are.
/// </summary>
/// <remarks>
/// What is measured is the clock's time: a thread that was taken off its core, or stood still for a collection, has taken milliseconds for microseconds of work. So it
/// is the median that counts, followed by steps up and down: on a machine with all cores busy an average is several times what the rules take, and keys would be called
/// just when calls are dearest.
/// </remarks>
internal sealed class ApplyPace(TimeSpan fastBelow)
{
    private const int ProbeEvery = 64;
    private const double Step = 1.1;
    private const double StartOfBound = 1.0 / 4, LeastOfBound = 1.0 / 16, MostOfBound = 4;
    private readonly double _bound = fastBelow.TotalMicroseconds;
    private double _median = StartOfBound * fastBelow.TotalMicroseconds;
    private int _sinceProbe;

    public bool IsFast => _bound > 0 && (_median < _bound || ++_sinceProbe % ProbeEvery == 0);

    public void Took(TimeSpan elapsed, int records) =>
        _median = Math.Clamp(elapsed.TotalMicroseconds / records > _median ? _median * Step : _median / Step, LeastOfBound * _bound, MostOfBound * _bound);
}
