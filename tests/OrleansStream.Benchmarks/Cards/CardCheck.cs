using System.Collections.Immutable;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>
/// The rules, the same pure function for every contender: an amount far above the card's own (z-score, Welford), a speed nobody travels at (great circle), many payments or
/// much money within a minute, a device that was not seen before.
/// </summary>
internal static class CardCheck
{
    public const int HighAmount = 1, ImpossibleSpeed = 2, ManyPayments = 4, MuchMoney = 8, NewDevice = 16;

    private const long RecentMs = 600_000, MinuteMs = 60_000;
    private const int MostRecent = 128, MostDevices = 8;
    private const double EarthRadiusKm = 6371.0088;

    public static (CardHistory History, CardVerdict Verdict) Decide(CardHistory history, CardPayment payment)
    {
        bool known = history.Devices.Contains(payment.Device);
        int reasons = (IsHigh(history, payment) ? HighAmount : 0) | (IsTooFast(history, payment) ? ImpossibleSpeed : 0) | Velocity(history, payment)
            | (!known && history.Devices.Length > 0 ? NewDevice : 0);
        int strange = reasons & (HighAmount | NewDevice);
        bool declined = strange == (HighAmount | NewDevice) || ((reasons & ImpossibleSpeed) != 0 && strange != 0);
        return (After(history, payment, known), new CardVerdict(payment.Number, declined ? 2 : reasons == 0 ? 0 : 1, reasons));
    }

    private static bool IsHigh(CardHistory history, CardPayment payment)
    {
        if (history.Count < 5) return false;
        double deviation = Math.Sqrt(history.Squares / (history.Count - 1));
        return deviation > 0 && payment.Cents - history.Mean > 3 * deviation;
    }

    private static bool IsTooFast(CardHistory history, CardPayment payment)
    {
        if (history.Count == 0) return false;
        double km = DistanceKm(history.Lat, history.Lon, payment.Lat, payment.Lon);
        return km > 50 && km > 900 * Math.Max(1_000, payment.Time - history.Time) / 3_600_000.0;
    }

    private static int Velocity(CardHistory history, CardPayment payment)
    {
        int count = 1;
        long cents = payment.Cents;
        for (int i = history.Recent.Length - 1; i >= 0 && payment.Time - history.Recent[i].Time <= MinuteMs; i--)
        {
            count++;
            cents += history.Recent[i].Cents;
        }
        return (count > 10 ? ManyPayments : 0) | (cents > 500_000 ? MuchMoney : 0);
    }

    private static CardHistory After(CardHistory history, CardPayment payment, bool known)
    {
        long count = history.Count + 1;
        double distance = payment.Cents - history.Mean, mean = history.Mean + distance / count;
        return new CardHistory
        {
            Count = count, Mean = mean, Squares = history.Squares + distance * (payment.Cents - mean),
            Lat = payment.Lat, Lon = payment.Lon, Time = payment.Time,
            Recent = Recent(history.Recent, payment),
            Padding = history.Padding,
            Devices = known ? history.Devices : history.Devices.Length < MostDevices ? history.Devices.Add(payment.Device) : history.Devices.RemoveAt(0).Add(payment.Device),
        };
    }

    private static ImmutableArray<Spend> Recent(ImmutableArray<Spend> recent, CardPayment payment)
    {
        int from = Math.Max(0, recent.Length + 1 - MostRecent);
        while (from < recent.Length && payment.Time - recent[from].Time > RecentMs) from++;
        return [.. recent.AsSpan()[from..], new Spend(payment.Time, payment.Cents)];
    }

    private static double DistanceKm(double lat1, double lon1, double lat2, double lon2)
    {
        double sinLat = Math.Sin(double.DegreesToRadians(lat2 - lat1) / 2), sinLon = Math.Sin(double.DegreesToRadians(lon2 - lon1) / 2);
        double h = sinLat * sinLat + Math.Cos(double.DegreesToRadians(lat1)) * Math.Cos(double.DegreesToRadians(lat2)) * sinLon * sinLon;
        return 2 * EarthRadiusKm * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }
}
