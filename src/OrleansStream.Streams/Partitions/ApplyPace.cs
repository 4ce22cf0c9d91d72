namespace OrleansStream.Streams.Partitions;

/// <summary>
/// How long the rules of a partition's processor take per record, on average of late: fast ones run on the partition's thread, which spares a message; slow ones on
/// their grains' threads, many at once. While they are slow, one batch in many still runs here, to see whether they still are.
/// </summary>
internal sealed class ApplyPace(TimeSpan fastBelow)
{
    private const int ProbeEvery = 256;
    private const double Weight = 1.0 / 64;
    private double _microseconds;
    private int _sinceProbe;

    public bool IsFast => fastBelow > TimeSpan.Zero && (_microseconds < fastBelow.TotalMicroseconds || ++_sinceProbe % ProbeEvery == 0);

    public void Took(TimeSpan elapsed, int records) => _microseconds += Weight * ((elapsed.TotalMicroseconds / records) - _microseconds);
}
