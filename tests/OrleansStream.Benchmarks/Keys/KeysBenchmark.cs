using System.Text.Json;
using OrleansStream.Benchmarks.Measuring;

namespace OrleansStream.Benchmarks.Keys;

/// <summary>Many keys against few, in one run: few, many, few again, each in a fresh process.</summary>
internal static class KeysBenchmark
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task<int> RunAsync(Settings settings)
    {
        int touch = settings.Number("touch", 1_000_000), active = settings.Number("active", 100_000), few = settings.Number("few", 10_000), age = settings.Number("age", 120);
        string engine = settings.Text("engine", ""), json = settings.Text("json", "");
        settings.ThrowIfUnknown();
        Task<KeysResult> Run(int seen, int kept) =>
            Child.RunAsync<KeysResult>(["keys-run", "--touch", $"{seen}", "--active", $"{kept}", "--age", $"{age}", .. engine.Length > 0 ? new[] { "--engine", engine } : []]);

        var before = await Run(few, few);
        var many = await Run(touch, active);
        var after = await Run(few, few);
        Print(many, [before, after]);
        if (json.Length > 0) await File.WriteAllTextAsync(json, JsonSerializer.Serialize(new { few = new[] { before, after }, many }, Indented));
        return 0;
    }

    private static void Print(KeysResult many, KeysResult[] few)
    {
        var warmMany = many.Warm;
        var warmFew = few.SelectMany(r => r.Warm).ToArray();
        Console.WriteLine($"{many.Seen:n0} keys seen, {many.Active:n0} active, against {few[0].Active:n0}. Other processes had {warmMany.Concat(warmFew).Average(u => u.OthersShare):p0} of the CPU.");
        Console.WriteLine();
        Console.WriteLine("| per event, µs | wall | CPU |");
        Console.WriteLine("|---|---|---|");
        Row($"first touch of {many.Seen:n0} keys", [many.FirstTouch]);
        Row($"warm, {many.Active:n0} keys active", warmMany);
        Row($"warm, {few[0].Active:n0} keys active", warmFew);
        Console.WriteLine($"| ratio | {Median(warmMany, u => u.WallMicros) / Median(warmFew, u => u.WallMicros):0.00} | {Median(warmMany, u => u.CpuMicros) / Median(warmFew, u => u.CpuMicros):0.00} |");
        Console.WriteLine();
        Console.WriteLine("| after | activations | live heap, MiB | RSS, MiB | peak RSS in the phase, MiB |");
        Console.WriteLine("|---|---|---|---|---|");
        foreach (var f in many.Footprints) Console.WriteLine($"| {f.Phase} | {f.Activations:n0} | {f.HeapBytes / 1048576.0:n0} | {f.RssMiB:n0} | {f.PeakMiB:n0} |");
        Console.WriteLine();
        var (start, touched, settled) = (many.Footprints[0], many.Footprints[1], many.Footprints[2]);
        double perActive = touched.Activations > settled.Activations
            ? (double)(touched.HeapBytes - settled.HeapBytes) / (touched.Activations - settled.Activations)
            : (double)(settled.HeapBytes - start.HeapBytes) / settled.Activations;
        double idle = settled.HeapBytes - start.HeapBytes - perActive * settled.Activations;
        Console.WriteLine($"Bytes per active key: {perActive:n0}; per idle key: {idle / (many.Seen - settled.Activations):n0} (the log's tail and de-duplication index included). " +
            $"Peak RSS: {many.Footprints.Max(f => f.PeakMiB):n0} MiB.");

        static void Row(string what, Usage[] usages) =>
            Console.WriteLine($"| {what} | {Rounds.Of(usages.Select(u => u.WallMicros)).Text} | {Rounds.Of(usages.Select(u => u.CpuMicros)).Text} |");

        static double Median(Usage[] usages, Func<Usage, double> of) => Rounds.Of(usages.Select(of)).Median;
    }
}
