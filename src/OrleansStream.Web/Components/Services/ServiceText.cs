using System.Globalization;

namespace OrleansStream.Web.Components.Services;

/// <summary>Figures of services in words.</summary>
internal static class ServiceText
{
    public static string Share(double ratio) => ratio.ToString(ratio is > 0 and < 0.1 ? "P1" : "P0", CultureInfo.InvariantCulture);

    public static string Cpu(double? cpu) => cpu is { } known ? known.ToString("P0", CultureInfo.InvariantCulture) : "–";

    public static string Bytes(double? bytes) => bytes is { } known ? string.Create(CultureInfo.InvariantCulture, $"{known / (1 << 20):N0} MiB") : "–";
}
