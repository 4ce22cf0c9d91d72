namespace OrleansStream.Domain.Fraud.Rules;

/// <summary>Distances on the Earth taken as a sphere.</summary>
public static class GreatCircle
{
    /// <summary>
    /// Mean Earth radius R₁ = (2a + b) / 3 of the IUGG (Moritz, Geodetic Reference System 1980, 2000), in km.
    /// Against the ellipsoid distances are off by at most 0.56 %.
    /// </summary>
    public const double EarthRadiusKm = 6371.0088;

    /// <summary>
    /// Great-circle distance in km between two points in degrees, by the haversine formula (Sinnott, Sky and
    /// Telescope 68, 1984), which keeps its precision for near points.
    /// </summary>
    public static double DistanceKm(double fromLat, double fromLon, double toLat, double toLon)
    {
        var sinLat = Math.Sin(double.DegreesToRadians(toLat - fromLat) / 2);
        var sinLon = Math.Sin(double.DegreesToRadians(toLon - fromLon) / 2);
        var cosines = Math.Cos(double.DegreesToRadians(fromLat)) * Math.Cos(double.DegreesToRadians(toLat));
        var haversine = (sinLat * sinLat) + (cosines * sinLon * sinLon);
        // Rounding can lift antipodes above 1, where the arc sine is NaN.
        return 2 * EarthRadiusKm * Math.Asin(Math.Sqrt(Math.Min(1, haversine)));
    }
}
