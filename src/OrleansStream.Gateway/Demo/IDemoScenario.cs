namespace OrleansStream.Gateway.Demo;

/// <summary>Makes the events of one use of the product. Called by one thread at a time; keys have a prefix of their own and are bounded in number.</summary>
internal interface IDemoScenario
{
    /// <summary>How it is asked for.</summary>
    string Name { get; }

    /// <summary>The input topic, whose processor must be there.</summary>
    string Topic { get; }

    /// <summary>Events per second that come whatever rate is asked for, beside the other scenarios and not counted with them; null for one that shares the rate.</summary>
    double? OwnRate => null;

    /// <summary>Events of this moment.</summary>
    /// <param name="count">How many.</param>
    /// <param name="perSecond">At which rate they come.</param>
    /// <param name="now">The moment.</param>
    IReadOnlyList<ReadOnlyMemory<byte>> Next(int count, double perSecond, DateTimeOffset now);
}
