using OrleansStream.Benchmarks.Attacks;
using OrleansStream.Benchmarks.Cards;
using OrleansStream.Benchmarks.Engine;
using OrleansStream.Benchmarks.Kafka;
using OrleansStream.Benchmarks.Keys;
using OrleansStream.Benchmarks.Measuring;
using OrleansStream.Benchmarks.Quality;
using OrleansStream.Benchmarks.Services;
using OrleansStream.Benchmarks.Storage;

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
    case "cards":
        return await CardBenchmark.RunAsync(settings);
    case "scaling":
        return await ScalingBenchmark.RunAsync(settings);
    case "cards-run":
        Child.Answer(await CardRun.RunAsync(settings));
        return 0;
    case "cards-silo":
        await CardSilo.RunAsync(settings);
        return 0;
    case "cards-latency":
        Child.Answer(await CardRun.LatencyAsync(settings));
        return 0;
    case "keys":
        return await KeysBenchmark.RunAsync(settings);
    case "keys-run":
        Child.Answer(await KeysRun.RunAsync(settings));
        return 0;
    case "fraud":
        return FraudQuality.Run(settings);
    case "poison":
        return await PoisonBenchmark.RunAsync(settings);
    case "poison-run":
        Child.Answer(await PoisonBenchmark.RunOneAsync(settings));
        return 0;
    case "storage":
        return await StorageBenchmark.RunAsync(settings);
    case "storage-run":
        Child.Answer(await StorageRun.RunAsync(settings));
        return 0;
    case "storage-events":
        Child.Answer(await EventsRun.RunAsync(settings));
        return 0;
    case "services":
        return await ServicesBenchmark.RunAsync(settings);
    case "services-load":
        Child.Answer(await ServicesLoad.RunAsync(settings));
        return 0;
    case "attack":
        return await AttackBenchmark.RunAsync(settings);
    case "attack-run":
        return await Attacker.RunAsync(settings);
    case "kafka":
        return await KafkaBenchmark.RunAsync(settings);
    case "kafka-run":
        Child.Answer(await KafkaRun.Parse(settings.Text("run", "")).RunAsync());
        return 0;
    default:
        Console.Error.WriteLine("cards | scaling | engine | keys | poison | storage | fraud | services | kafka (see eng/bench), attack (see eng/attack)");
        return 2;
}
