using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Keys;
using OrleansStream.Benchmarks.Measuring;

var settings = new Settings(args.Skip(1));
switch (args.FirstOrDefault())
{
    case "engine":
        return await EngineBenchmark.RunAsync(settings);
    case "engine-run":
        var (spec, keys, seed, scale) = (settings.Text("contender", "hot"), settings.Number("keys", 10_000), settings.Number("seed", 1), settings.Real("scale", 1));
        settings.ThrowIfUnknown();
        Child.Answer(await EngineRun.RunAsync(spec, keys, seed, scale));
        return 0;
    case "keys":
        return await KeysBenchmark.RunAsync(settings);
    case "keys-run":
        Child.Answer(await KeysRun.RunAsync(settings));
        return 0;
    default:
        Console.Error.WriteLine("engine | keys, see eng/bench");
        return 2;
}
