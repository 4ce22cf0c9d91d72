using OrleansStream.Streams.Conformance.Engine;
using OrleansStream.Streams.Log;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Conformance.Model;

/// <summary>
/// Compares what an engine made of the records of some keys with what it must have made of them. Looks only at records appended since it was made, so that one engine
/// can serve many runs.
/// </summary>
public sealed class RunChecker
{
    private readonly EngineUnderTest _engine;
    private readonly Func<string, bool> _isMine;
    private readonly Dictionary<TopicPartition, long> _from = [];

    /// <param name="engine">At rest.</param>
    /// <param name="isMine">Which keys belong to the run; nobody else appends to them.</param>
    public RunChecker(EngineUnderTest engine, Func<string, bool> isMine)
    {
        (_engine, _isMine) = (engine, isMine);
        Appends = new AcknowledgedAppends(engine.Log.DropsDuplicates);
        foreach (var partition in AllPartitions) _from[partition] = engine.Log.Watermarks(partition).High;
    }

    public AcknowledgedAppends Appends { get; }

    private IEnumerable<TopicPartition> AllPartitions =>
        _engine.Partitions.Append(new TopicPartition(ChainProcessor.OutputTopic, 0)).Append(new TopicPartition(DeadLetter.TopicName, 0));

    /// <summary>Until everything is applied and committed, and with it every timer that is due and every event that came of another; null, or what did not come.</summary>
    public async Task<string?> WhenAtRestAsync(TimeSpan limit)
    {
        for (long started = Environment.TickCount64; ; await Task.Delay(5))
        {
            var left = limit - TimeSpan.FromMilliseconds(Environment.TickCount64 - started);
            if (left <= TimeSpan.Zero) return $"timers of {string.Join(", ", (await ModelsAsync()).Where(m => m.Value.Timers.Count > 0).Select(m => m.Key))} are not applied after {limit.TotalSeconds:0} s";
            if (await _engine.WhenCommittedAsync(left) is { } stuck) return stuck;
            if ((await ModelsAsync()).Values.All(m => m.Timers.Count == 0) && await _engine.WhenCommittedAsync(TimeSpan.Zero) is null) return null;
        }
    }

    /// <summary>Everything that is wrong, at rest.</summary>
    public async Task<List<string>> CheckAsync()
    {
        var wrong = new List<string>(_engine.Watch.Violations);
        var all = await ReadInputAsync();
        wrong.AddRange(Appends.Check([.. all.Where(r => IsHandedIn(r.Record))]));
        var records = FirstOfEach(all);
        var models = ModelsOf(records);
        foreach (var (key, model) in models)
        {
            var shown = await _engine.ShownAsync(key);
            if (shown != model.State) wrong.Add($"key {key} is {shown}, expected {model.State}");
        }
        CheckOutputs(models, await ReadAsync(ChainProcessor.OutputTopic), wrong);
        CheckDeadLetters(models, await ReadAsync(DeadLetter.TopicName), wrong);
        CheckEmissions(models, records, wrong);
        return wrong;
    }

    private void CheckOutputs(Dictionary<string, KeyModel> models, List<LogRecord> outputs, List<string> wrong)
    {
        var byKey = outputs.ToLookup(r => r.Key);
        foreach (var (key, model) in models)
        {
            // What goes out again after a crash has the id it had.
            var published = (_engine.Log.DropsDuplicates ? byKey[key] : byKey[key].DistinctBy(r => r.Id)).Select(r => (r.Id, Records.Text(r))).ToList();
            if (published.SequenceEqual(model.Outputs)) continue;
            int at = published.Zip(model.Outputs).TakeWhile(pair => pair.First == pair.Second).Count();
            wrong.Add($"key {key} put out {published.Count} records, expected {model.Outputs.Count}; they part at {at}: {At(published, at)}, expected {At(model.Outputs, at)}");
        }

        static string At(List<(string, string)> list, int index) => index < list.Count ? list[index].ToString() : "nothing";
    }

    private void CheckDeadLetters(Dictionary<string, KeyModel> models, List<LogRecord> letters, List<string> wrong)
    {
        var expected = models.Values.SelectMany(m => m.DeadLetters).ToDictionary(l => l.Id, l => l.Poison);
        foreach (var record in _engine.Log.DropsDuplicates ? letters : letters.DistinctBy(r => r.Id))
        {
            var letter = DeadLetter.FromJson(record.Value.Span);
            if (!expected.Remove(record.Id, out var poison)) wrong.Add($"dead letter {record.Id} ({letter.Code}: {letter.Exception}) is of no poison, or there twice");
            else if (letter.Offset != poison.Offset || !letter.Value.AsSpan().SequenceEqual(poison.Value.Span)) wrong.Add($"dead letter {record.Id} does not hold its record's bytes");
        }
        wrong.AddRange(expected.Keys.Select(id => $"poison {id} has no dead letter"));
    }

    private static void CheckEmissions(Dictionary<string, KeyModel> models, List<(TopicPartition Partition, LogRecord Record)> records, List<string> wrong)
    {
        var emitted = records.Where(r => r.Record.Source == ChainProcessor.Topic).Select(r => (r.Record.Id, r.Record.Key)).Order().ToList();
        var expected = models.Values.SelectMany(m => m.Emissions).Order().ToList();
        if (!emitted.SequenceEqual(expected))
            wrong.Add($"{emitted.Count} events came of others, expected {expected.Count}; missing [{string.Join(' ', expected.Except(emitted))}], too many [{string.Join(' ', emitted.Except(expected))}]");
    }

    private static bool IsHandedIn(LogRecord record) => record.Header(LogHeaders.Kind) is null && record.Source != ChainProcessor.Topic;

    private async Task<Dictionary<string, KeyModel>> ModelsAsync() => ModelsOf(FirstOfEach(await ReadInputAsync()));

    /// <summary>In a log that takes ids twice, the engine applies the first.</summary>
    private List<(TopicPartition Partition, LogRecord Record)> FirstOfEach(List<(TopicPartition Partition, LogRecord Record)> records) =>
        _engine.Log.DropsDuplicates ? records : [.. records.DistinctBy(r => (r.Partition, IdentityHash.Of(r.Record)))];

    private Dictionary<string, KeyModel> ModelsOf(List<(TopicPartition Partition, LogRecord Record)> records)
    {
        var models = Appends.Keys.ToDictionary(key => key, _ => new KeyModel());
        foreach (var (partition, record) in records)
        {
            if (!models.TryGetValue(record.Key, out var model)) models.Add(record.Key, model = new KeyModel());
            model.Apply(partition, record);
        }
        return models;
    }

    private async Task<List<(TopicPartition Partition, LogRecord Record)>> ReadInputAsync()
    {
        var all = new List<(TopicPartition, LogRecord)>();
        foreach (var partition in _engine.Partitions)
            all.AddRange((await ReadAsync(partition)).Select(record => (partition, record)));
        return all;
    }

    private Task<List<LogRecord>> ReadAsync(string topic) => ReadAsync(new TopicPartition(topic, 0));

    private async Task<List<LogRecord>> ReadAsync(TopicPartition partition) =>
        [.. (await LogContents.ReadAsync(_engine.Log, partition, _from[partition], _engine.Log.Watermarks(partition).High)).Where(r => _isMine(r.Key))];
}
