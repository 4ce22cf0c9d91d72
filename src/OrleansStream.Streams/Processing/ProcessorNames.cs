namespace OrleansStream.Streams.Processing;

/// <summary>
/// What a processor's things are called, from which topics, routes, query parameters and error codes follow. With topic <c>transactions</c>, key
/// <c>card</c>/<c>cards</c>/<c>cardId</c> and output <c>decision</c>/<c>decisions</c>: <c>POST /v1/transactions</c>, <c>GET /v1/cards/{cardId}</c>,
/// <c>GET /v1/cards/{cardId}/decisions</c>, <c>GET /v1/decisions/stream?cardId=</c>, <c>card-not-found</c>.
/// </summary>
public sealed record ProcessorNames
{
    /// <summary>The input topic, plural: everything that changes a key is a record here.</summary>
    public required string Topic { get; init; }

    /// <summary>One key, which is also the type of its grain and names its rows.</summary>
    public required string Key { get; init; }

    /// <summary>Many keys.</summary>
    public required string Keys { get; init; }

    /// <summary>The field and query parameter with the key.</summary>
    public required string KeyField { get; init; }

    /// <summary>The path parameter by which one output is asked for: the business id of its input.</summary>
    public string OutputId { get; init; } = "id";

    /// <summary>One output, which is also the name of its server-sent event.</summary>
    public required string Output { get; init; }

    /// <summary>The output topic, plural.</summary>
    public required string OutputTopic { get; init; }
}
