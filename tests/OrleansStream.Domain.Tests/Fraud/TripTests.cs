using CsCheck;
using OrleansStream.Domain.Fraud;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud;

/// <summary>Two-event trips on a sphere: every impossible one is declined, no possible one, in any delivery.</summary>
public sealed class TripTests
{
    private const int TripsPerKind = 400;

    private static readonly Gen<Trip> Impossible = Trips(Gen.Double[500, 20_000], Gen.Double[1_200, 200_000]);
    private static readonly Gen<Trip> Possible = Trips(Gen.Double[60, 20_000], Gen.Double[50, 700]);
    private static readonly Gen<Trip> Near = Trips(Gen.Double[0, 60], Gen.Double[0.1, 1e6]);

    [Fact]
    public void Declines_WhenTheTripIsImpossible() => Impossible.Sample(
        trip =>
        {
            foreach (var delivery in trip.Deliveries())
                Assert.Contains(Run(delivery).Decisions, IsDeclinedForTravel);
        },
        iter: TripsPerKind);

    [Fact]
    public void Declines_WhenPointsAreFarAndTheInstantIsTheSame() => Impossible.Sample(
        trip =>
        {
            var simultaneous = trip with { To = trip.To with { Time = trip.From.Time } };
            foreach (var delivery in simultaneous.Deliveries())
                Assert.Contains(Run(delivery).Decisions, IsDeclinedForTravel);
        },
        iter: TripsPerKind);

    [Fact]
    public void NeverDeclines_WhenTheTripIsPossible() => Possible.Sample(NeverDeclines, iter: TripsPerKind);

    [Fact]
    public void NeverDeclines_WhenThePointsAreNear() => Near.Sample(NeverDeclines, iter: TripsPerKind);

    [Fact]
    public void DeclinesOneOfEveryAdjacentPair_WhenManyPlacesArriveInAnyOrder()
    {
        // A cap below the trail's, so that no neighbour is forgotten.
        var gen =
            from minutes in Gen.Int[0, 2_000].Array[2, CardTrail.Capacity]
            from far in Gen.Bool.Array[minutes.Length]
            let visits = minutes.Select((minute, index) => Visit(index, minute, far[index])).ToArray()
            from shuffled in Gen.Shuffle(visits.ToArray())
            select shuffled;
        gen.Sample(visits =>
        {
            var declined = Run(visits).Decisions.Where(IsDeclinedForTravel).Select(decision => decision.TransactionId).ToHashSet();
            foreach (var (before, after) in Adjacent(visits))
            {
                var isImpossible = before.Location != after.Location && after.Time - before.Time < TimeSpan.FromHours(13);
                if (isImpossible)
                    Assert.True(declined.Contains(before.Id) || declined.Contains(after.Id), $"{before.Id} → {after.Id} passed");
            }
        });
    }

    private static void NeverDeclines(Trip trip)
    {
        foreach (var delivery in trip.Deliveries())
            Assert.DoesNotContain(Run(delivery).Decisions, decision => decision.Outcome == Outcome.Decline);
    }

    private static bool IsDeclinedForTravel(Decision decision) =>
        decision.Outcome == Outcome.Decline && decision.Reasons.Any(reason => reason.Code == ReasonCode.ImpossibleTravel);

    private static Transaction Visit(int index, int minute, bool far) =>
        Transaction(Id(index), TimeSpan.FromMinutes(minute), location: far ? NewYork : Delhi);

    private static IEnumerable<(Transaction Before, Transaction After)> Adjacent(Transaction[] visits)
    {
        var keys = visits.Select(visit => (Visit: visit, Sighting.Of(visit)!.Value.Key)).OrderBy(each => each.Key).ToList();
        return keys.Zip(keys.Skip(1), (left, right) => (left.Visit, right.Visit));
    }

    private static Gen<Trip> Trips(Gen<double> distanceKm, Gen<double> speedKmh) => Gen.Select(
        Gen.Double[-89, 89],
        Gen.Double[-180, 180],
        Gen.Double[0, 2 * Math.PI],
        distanceKm,
        speedKmh,
        Gen.Double[0, 100].Nullable(),
        Gen.OneOf<Channel?>(Channel.Pos, Channel.Atm, null),
        (lat, lon, bearing, distance, speed, accuracyM, channel) =>
        {
            var place = new Location(lat, lon, AccuracyM: accuracyM);
            var from = Transaction("from", location: place, channel: channel);
            var there = Destination(lat, lon, bearing, distance);
            return new Trip(from, Transaction("to", TimeSpan.FromHours(distance / speed), location: there));
        });

    // Williams, Aviation Formulary: the point a distance away at a bearing.
    private static Location Destination(double lat, double lon, double bearing, double distanceKm)
    {
        var angle = distanceKm / 6371.0088;
        var fromLat = double.DegreesToRadians(lat);
        var toLat = Math.Asin((Math.Sin(fromLat) * Math.Cos(angle)) + (Math.Cos(fromLat) * Math.Sin(angle) * Math.Cos(bearing)));
        var east = Math.Atan2(
            Math.Sin(bearing) * Math.Sin(angle) * Math.Cos(fromLat),
            Math.Cos(angle) - (Math.Sin(fromLat) * Math.Sin(toLat)));
        var toLon = lon + double.RadiansToDegrees(east);
        return new Location(double.RadiansToDegrees(toLat), Math.IEEERemainder(toLon, 360));
    }

    private sealed record Trip(Transaction From, Transaction To)
    {
        public IEnumerable<Transaction[]> Deliveries() =>
            [[From, To], [To, From], [From, From, To, To], [To, To, From, From], [From, To, From, To], [To, From, To, From]];
    }
}
