using System.Globalization;
using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Components.Fraud;

/// <summary>Places of the Earth on the map <c>world.svg</c>, in its units.</summary>
internal static class WorldProjection
{
    public const int Width = 1000, Top = 8, Height = 432;

    /// <summary>Mean Earth radius, IUGG, km.</summary>
    private const double EarthRadiusKm = 6371.0088;
    private const double Scale = Width / (2 * 0.8707 * Math.PI), MiddleX = 500, MiddleY = 260;
    private const int Steps = 64;

    /// <summary>Natural Earth I, by the polynomials of Šavrič, Patterson and Jenny (Cartographica 46, 2011).</summary>
    /// <param name="lat">Degrees.</param>
    /// <param name="lon">Degrees.</param>
    public static (double X, double Y) Of(double lat, double lon)
    {
        double phi = double.DegreesToRadians(Math.Clamp(lat, -90, 90)), lambda = double.DegreesToRadians(lon);
        double p2 = phi * phi, p4 = p2 * p2;
        double x = lambda * (0.8707 - (0.131979 * p2) + (p4 * (-0.013791 + (p4 * ((0.003971 * p2) - (0.001529 * p4))))));
        double y = phi * (1.007226 + (p2 * (0.015085 + (p4 * (-0.044475 + (0.028874 * p2) - (0.005916 * p4))))));
        return (MiddleX + (Scale * x), MiddleY - (Scale * y));
    }

    /// <summary>Great-circle distance, km, by the haversine formula.</summary>
    public static double DistanceKm(CardPlace from, CardPlace to) => EarthRadiusKm * Angle(from, to);

    /// <summary>The shortest way over the sphere as an SVG path; where it leaves the map at one side it comes in at the other.</summary>
    public static string Arc(CardPlace from, CardPlace to)
    {
        double angle = Angle(from, to);
        var path = new System.Text.StringBuilder();
        double last = 0;
        for (int i = 0; i <= Steps; i++)
        {
            var (x, y) = Between(from, to, angle, (double)i / Steps);
            bool jumps = i == 0 || Math.Abs(x - last) > Width / 2;
            path.Append(CultureInfo.InvariantCulture, $"{(jumps ? 'M' : 'L')}{x:0.#},{y:0.#}");
            last = x;
        }
        return path.ToString();
    }

    /// <summary>A point of the way: slerp of the two directions.</summary>
    public static (double X, double Y) Between(CardPlace from, CardPlace to, double share) => Between(from, to, Angle(from, to), share);

    private static (double X, double Y) Between(CardPlace from, CardPlace to, double angle, double share)
    {
        if (angle < 1e-9) return Of(from.Lat, from.Lon);
        var ((x1, y1, z1), (x2, y2, z2)) = (Direction(from), Direction(to));
        double a = Math.Sin((1 - share) * angle) / Math.Sin(angle), b = Math.Sin(share * angle) / Math.Sin(angle);
        double x = (a * x1) + (b * x2), y = (a * y1) + (b * y2), z = (a * z1) + (b * z2);
        return Of(double.RadiansToDegrees(Math.Atan2(z, Math.Sqrt((x * x) + (y * y)))), double.RadiansToDegrees(Math.Atan2(y, x)));
    }

    private static (double X, double Y, double Z) Direction(CardPlace place)
    {
        double lat = double.DegreesToRadians(place.Lat), lon = double.DegreesToRadians(place.Lon);
        return (Math.Cos(lat) * Math.Cos(lon), Math.Cos(lat) * Math.Sin(lon), Math.Sin(lat));
    }

    private static double Angle(CardPlace from, CardPlace to)
    {
        double lat1 = double.DegreesToRadians(from.Lat), lat2 = double.DegreesToRadians(to.Lat);
        double sinLat = Math.Sin((lat2 - lat1) / 2), sinLon = Math.Sin(double.DegreesToRadians(to.Lon - from.Lon) / 2);
        return 2 * Math.Asin(Math.Sqrt(Math.Min(1, (sinLat * sinLat) + (Math.Cos(lat1) * Math.Cos(lat2) * sinLon * sinLon))));
    }
}
