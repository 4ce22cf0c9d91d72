using CsCheck;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Fraud.Rules;
using static OrleansStream.Domain.Tests.Fraud.Samples;

namespace OrleansStream.Domain.Tests.Fraud;

/// <summary>What travel promises, whatever the order events come in.</summary>
public sealed class TravelPropertyTests
{
    private const double SafeKmh = 700;
    private const double SafeKm = 60;
    private static readonly ImpossibleTravelRule Rule = new();

    // Fewer than a trail remembers.
    private static readonly Gen<Transaction[]> Journeys = Gen.Select(
        Gen.Int[0, 600], Gen.Double[-80, 80], Gen.Double[-180, 180], Gen.Double[0, 200_000], Gen.Bool,
        (minute, lat, lon, accuracy, near) => (minute, Place: near ? new Location(lat / 20, lon / 20, AccuracyM: accuracy) : new Location(lat, lon)))
        .Array[2, 12]
        .Select(stops => stops.Select((stop, i) => Transaction(Id(i), TimeSpan.FromMinutes(stop.minute), location: stop.Place)).ToArray());

    [Fact]
    public void DeclinesOneOfEachImpossiblePair_WhateverTheOrder() =>
        (from journey in Journeys from shuffled in Gen.Shuffle(journey.ToArray()) select shuffled).Sample(journey =>
        {
            var outcomes = Run(journey).Decisions.ToDictionary(d => d.TransactionId, d => d.Outcome);
            foreach (var from in journey)
            {
                foreach (var to in journey.Where(t => Sighting.Of(t)!.Value.Key > Sighting.Of(from)!.Value.Key))
                {
                    if (Rule.ExcessKmh(Trip.Between(Sighting.Of(from)!.Value, Sighting.Of(to)!.Value)) > 1)
                        Assert.True(outcomes[from.Id] == Outcome.Decline || outcomes[to.Id] == Outcome.Decline, $"{from} and {to}");
                }
            }
        });

    [Fact]
    public void DeclinesTheSecondToArrive_WhenTwoShortHopsMakeAnImpossibleTrip()
    {
        // 334 km a minute: each hop is within what terminals misreport, both together are not.
        var (_, decisions) = Run(
            Transaction("a", location: new Location(0, 0)),
            Transaction("c", TimeSpan.FromMinutes(1), location: new Location(3, 0)),
            Transaction("b", TimeSpan.FromMinutes(2), location: new Location(6, 0)));
        Assert.Equal([Outcome.Approve, Outcome.Approve, Outcome.Decline], decisions.Select(d => d.Outcome));
    }

    [Fact]
    public void AlarmsNeverFalsely_WhenATravellerIsSlowerThanAnAirliner() => Gen.Select(
        Gen.Double[-70, 70], Gen.Double[-180, 180],
        Gen.Select(Gen.Double[0, 360], Gen.Double[1, 2_000], Gen.Double[50, SafeKmh]).Array[1, 12], Gen.Int[0, 1_000_000]).Sample((lat, lon, hops, seed) =>
    {
        var (place, at, stops) = (new Location(lat, lon), TimeSpan.Zero, new List<Transaction>());
        stops.Add(Transaction(Id(0), at, location: place));
        foreach (var (bearing, km, speed) in hops)
        {
            place = Travel(place, bearing, km);
            at += TimeSpan.FromHours(km / speed);
            stops.Add(Transaction(Id(stops.Count), at, location: place));
        }

        var shuffled = stops.ToArray();
        new Random(seed).Shuffle(shuffled);
        Assert.All(Run(shuffled).Decisions, d => Assert.DoesNotContain(d.Reasons, r => r.Code == ReasonCode.ImpossibleTravel));
    });

    /// <summary>The trips of the promise: two events each, in order and out of order, each sent twice.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void DeclinesAllImpossibleTripsAndNoOther_WhenTwelveHundredAreMade(bool late)
    {
        var random = new Random(7);
        for (var i = 0; i < 1_200; i++)
        {
            var kind = i % 3;
            var from = new Location((random.NextDouble() * 140) - 70, (random.NextDouble() * 360) - 180);
            var (km, kmh) = kind switch
            {
                0 => (500 + (random.NextDouble() * 9_000), 1_200 + (random.NextDouble() * 50_000)),
                1 => (random.NextDouble() * 9_000, 50 + (random.NextDouble() * (SafeKmh - 50))),
                _ => (random.NextDouble() * SafeKm, 1_000 + (random.NextDouble() * 1e6)),
            };
            Transaction[] trip =
            [
                Transaction("from", location: from),
                Transaction("to", TimeSpan.FromHours(km / kmh), location: Travel(from, random.NextDouble() * 360, km)),
            ];
            if (late)
                Array.Reverse(trip);
            var decisions = Run([.. trip, .. trip]).Decisions;
            Assert.Equal(kind == 0, decisions[1].Outcome == Outcome.Decline);
            Assert.Equal(Outcome.Approve, decisions[0].Outcome);
        }
    }

    /// <summary>The point so far away on the great circle.</summary>
    private static Location Travel(Location from, double bearing, double km)
    {
        var (angle, lat, course) = (km / GreatCircle.EarthRadiusKm, from.Lat * Math.PI / 180, bearing * Math.PI / 180);
        var sine = (Math.Sin(lat) * Math.Cos(angle)) + (Math.Cos(lat) * Math.Sin(angle) * Math.Cos(course));
        var lon = Math.Atan2(Math.Sin(course) * Math.Sin(angle) * Math.Cos(lat), Math.Cos(angle) - (Math.Sin(lat) * sine));
        var degrees = from.Lon + (lon * 180 / Math.PI);
        return new Location(Math.Asin(Math.Clamp(sine, -1, 1)) * 180 / Math.PI, degrees - (360 * Math.Floor((degrees + 180) / 360)));
    }
}
