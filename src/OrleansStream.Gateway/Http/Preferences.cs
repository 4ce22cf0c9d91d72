using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace OrleansStream.Gateway.Http;

/// <summary>The <c>Prefer</c> header (RFC 7240).</summary>
internal static class Preferences
{
    /// <summary>
    /// The seconds of <c>wait=</c>, at most <see cref="GatewayOptions.MaxWait"/>; <c>wait</c> without a value, which the RFC does not define, is <see cref="GatewayOptions.DefaultWait"/>; null when
    /// the client does not wait.
    /// </summary>
    public static TimeSpan? Wait(HttpRequest request, GatewayOptions options)
    {
        foreach (string? header in request.Headers["Prefer"])
        {
            foreach (string preference in (header ?? "").Split(',', ';'))
            {
                string[] parts = preference.Split('=', 2, StringSplitOptions.TrimEntries);
                if (!parts[0].Equals("wait", StringComparison.OrdinalIgnoreCase)) continue;
                // An empty value is as good as none (section 2).
                string value = parts.Length == 2 ? parts[1].Trim('"') : "";
                if (value.Length == 0) return options.DefaultWait;
                if (!double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds)) continue;
                // "NaN" and "Infinity" parse, and are no time.
                if (!double.IsFinite(seconds)) continue;
                return TimeSpan.FromSeconds(Math.Min(seconds, options.MaxWait.TotalSeconds));
            }
        }
        return null;
    }

    /// <summary>Says that the wait was honoured.</summary>
    public static void Applied(HttpResponse response, TimeSpan wait) =>
        response.Headers["Preference-Applied"] = string.Create(CultureInfo.InvariantCulture, $"wait={wait.TotalSeconds:0.###}");
}
