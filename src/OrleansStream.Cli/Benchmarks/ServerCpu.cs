using System.Globalization;

namespace OrleansStream.Cli.Benchmarks;

/// <summary>The CPU time of the server's process, as it says itself.</summary>
internal static class ServerCpu
{
    private const string Metric = "dotnet_process_cpu_time_seconds_total";

    /// <summary>Seconds since it started; null when its metrics cannot be read.</summary>
    public static async Task<double?> ReadAsync(HttpClient http, CancellationToken stop)
    {
        try
        {
            using var response = await http.GetAsync("metrics", stop);
            if (!response.IsSuccessStatusCode)
            {
                return null;
            }

            // One series per mode, user and system.
            var lines = (await response.Content.ReadAsStringAsync(stop)).Split('\n').Where(line => line.StartsWith(Metric, StringComparison.Ordinal)).ToList();
            return lines.Count == 0 ? null : lines.Sum(line => Value(line));
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return null;
        }
    }

    /// <summary>Of <c>name{labels} value</c>, where labels and a time after the value may be missing.</summary>
    private static double Value(string line) =>
        double.Parse(line[Math.Max(Metric.Length, line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture);
}
