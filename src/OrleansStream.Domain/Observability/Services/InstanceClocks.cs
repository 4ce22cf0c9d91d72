using System.Collections.Immutable;
using System.IO.Hashing;
using System.Text;
using OrleansStream.Domain.Observability.Packing;

namespace OrleansStream.Domain.Observability.Services;

/// <summary>
/// What is known of the clocks of a service's instances, judged by the newest time in an export against when it came in. A clock that is ahead is set back at once: the
/// future has not happened. One that is behind looks like data that comes late, or like a file of the past; it is a clock when the difference stays the same, and then
/// its times are set forward.
/// </summary>
public sealed record InstanceClocks(ImmutableArray<InstanceClock> Clocks)
{
    public const int Max = 24;

    /// <summary>Clocks synchronized by NTP differ by less.</summary>
    public const long AheadMs = 2_000;

    /// <summary>Exporters gather for so long.</summary>
    public const long BehindMs = 30_000;

    /// <summary>Further off is no clock but a file of the past: half a day is a time zone.</summary>
    public const long FurthestMs = 14 * 3_600_000L;

    private const long StepMs = 60_000;
    private const long StableForMs = 10_000;
    private const long StableWithinMs = 15_000;
    private const long EpochMs = 300_000;

    public static InstanceClocks Empty { get; } = new([]);

    /// <summary>Takes an export in.</summary>
    /// <param name="instance">Whose clock.</param>
    /// <param name="newest">Newest time in it, ms.</param>
    /// <param name="received">When it came in, ms.</param>
    /// <returns>What is known now, what is to be added to its times, and when the instance was heard before, by its own clock corrected; 0 for never.</returns>
    public (InstanceClocks Clocks, long CorrectionMs, long HeardBefore) Observe(string instance, long newest, long received)
    {
        ulong id = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(instance));
        int at = 0;
        while (at < Clocks.Length && Clocks[at].Instance != id) at++;
        long offset = newest - received;
        var before = at < Clocks.Length ? Clocks[at] : new InstanceClock(id, received, received, offset, offset, offset, offset, 0);
        var clock = before;
        if (received - clock.EpochStart >= EpochMs)
        {
            bool wasSilent = received - clock.EpochStart >= 2 * EpochMs;
            clock = clock with
            {
                EpochStart = received,
                Former = wasSilent ? offset : clock.Current,
                FormerLeast = wasSilent ? offset : clock.CurrentLeast,
                Current = offset,
                CurrentLeast = offset,
            };
        }
        // Put right by its owner: what was known of it is of before.
        if (offset < Math.Max(clock.Current, clock.Former) - StepMs && Math.Max(clock.Current, clock.Former) > AheadMs)
            clock = clock with { Since = received, EpochStart = received, Current = offset, CurrentLeast = offset, Former = offset, FormerLeast = offset };
        clock = clock with { Current = Math.Max(clock.Current, offset), CurrentLeast = Math.Min(clock.CurrentLeast, offset) };
        long correction = Correction(clock, offset, received);
        long heard = before.Heard;
        clock = clock with { Heard = Math.Max(clock.Heard, newest + correction) };
        if (at < Clocks.Length) return (new(Clocks.SetItem(at, clock)), correction, heard);
        var clocks = Clocks.Length < Max ? Clocks : Clocks.RemoveAt(Oldest());
        return (new(clocks.Add(clock)), correction, heard);
    }

    internal void Write(PackWriter writer)
    {
        writer.Count(Clocks.Length);
        foreach (var c in Clocks)
        {
            writer.Fixed(c.Instance);
            writer.Int(c.Since);
            writer.Int(c.EpochStart - c.Since);
            writer.Int(c.Current);
            writer.Int(c.CurrentLeast - c.Current);
            writer.Int(c.Former - c.Current);
            writer.Int(c.FormerLeast - c.Current);
            writer.Int(c.Heard - c.EpochStart);
        }
    }

    internal static InstanceClocks Read(ref PackReader reader)
    {
        int count = reader.Length();
        var clocks = ImmutableArray.CreateBuilder<InstanceClock>(count);
        for (int i = 0; i < count; i++)
        {
            ulong instance = reader.Fixed();
            long since = reader.Int(), epoch = since + reader.Int(), current = reader.Int();
            clocks.Add(new InstanceClock(instance, since, epoch, current, current + reader.Int(), current + reader.Int(), current + reader.Int(), epoch + reader.Int()));
        }
        return new(clocks.MoveToImmutable());
    }

    private static long Correction(InstanceClock clock, long offset, long received)
    {
        long most = Math.Max(clock.Current, clock.Former), least = Math.Min(clock.CurrentLeast, clock.FormerLeast);
        // However far ahead: nothing has happened that has not happened yet.
        if (offset > AheadMs) return -Math.Max(most, offset);
        if (most > AheadMs) return -most;
        bool isStable = received - clock.Since >= StableForMs && most - least <= StableWithinMs;
        return most < -BehindMs && most > -FurthestMs && isStable ? -most : 0;
    }

    private int Oldest()
    {
        int oldest = 0;
        for (int i = 1; i < Clocks.Length; i++)
            if (Clocks[i].Heard < Clocks[oldest].Heard) oldest = i;
        return oldest;
    }
}

/// <summary>One instance's clock. Offsets are the newest time in an export minus when it came in, ms; the largest is the one with the least delay.</summary>
public sealed record InstanceClock(
    ulong Instance, long Since, long EpochStart, long Current, long CurrentLeast, long Former, long FormerLeast, long Heard);
