using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using OrleansStream.Streams.KeyStreams;

namespace OrleansStream.Streams.Kafka;

/// <summary>How a stream provider on Kafka is set up: which topics, where the brokers are, how values become events and records streams.</summary>
public sealed class KafkaStreamOptions
{
    private readonly IServiceCollection _services;
    private readonly string _name;
    private readonly List<Action<KafkaLogOptions>> _kafka = [];
    private readonly List<Action<LogStreamOptions>> _streams = [];

    internal KafkaStreamOptions(IServiceCollection services, string name) => (_services, _name) = (services, name);

    /// <summary>The topics whose records are delivered, and to which producers append. At least one. Missing ones are created if that is allowed.</summary>
    public IList<string> Topics { get; } = [];

    /// <summary>Brokers to start from, <c>host:port,…</c>. Default: <c>ConnectionStrings:kafka</c>.</summary>
    public string? BootstrapServers { get; set; }

    /// <summary>All else about the brokers: credentials, partitions of topics, bounds. One process has one log: providers and engine share it.</summary>
    public KafkaStreamOptions Kafka(Action<KafkaLogOptions> configure)
    {
        _kafka.Add(configure);
        return this;
    }

    /// <summary>All else about delivery: the group's name, retries, bounds, subscriptions.</summary>
    public KafkaStreamOptions Streams(Action<LogStreamOptions> configure)
    {
        _streams.Add(configure);
        return this;
    }

    /// <summary>Values are JSON, as producers write them that know nothing of Orleans. Default: Orleans' serializer, which knows the type of each event.</summary>
    public KafkaStreamOptions UseJson(JsonSerializerOptions? json = null) => UseSerializer(new JsonRecordSerializer(json));

    /// <summary>Values are read and written by this.</summary>
    public KafkaStreamOptions UseSerializer(IStreamRecordSerializer serializer)
    {
        _services.AddKeyedSingleton(_name, serializer);
        return this;
    }

    /// <summary>Which stream a record belongs to. Default: namespace = topic, key = record key.</summary>
    public KafkaStreamOptions UseStreamIds(IStreamIdSelector selector)
    {
        _services.AddKeyedSingleton(_name, selector);
        return this;
    }

    /// <summary>Finds keys of records that came without one. For all topics of the process.</summary>
    public KafkaStreamOptions UseKeys(IKafkaKeySelector selector)
    {
        _services.AddSingleton(selector);
        return this;
    }

    internal void Apply(KafkaLogOptions options)
    {
        if (BootstrapServers is not null) options.BootstrapServers = BootstrapServers;
        foreach (var configure in _kafka) configure(options);
    }

    internal void Apply(LogStreamOptions options)
    {
        foreach (string topic in Topics) options.Topics.Add(topic);
        foreach (var configure in _streams) configure(options);
    }
}
