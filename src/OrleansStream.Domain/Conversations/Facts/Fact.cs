namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>Something that was said and holds until a later message says otherwise.</summary>
/// <param name="Name">One of <see cref="FactNames"/>.</param>
/// <param name="Value">As it was said, without prepositions; numbers as digits.</param>
/// <param name="MessageId">The message it comes from; of an accepted offer the message that accepted it.</param>
/// <param name="Basis">Why it counts.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.Conversations.Fact")]
public sealed record Fact(
    [property: Id(0)] string Name, [property: Id(1)] string Value, [property: Id(2)] string MessageId, [property: Id(3)] FactBasis Basis);

/// <summary>Why a fact counts.</summary>
public enum FactBasis
{
    /// <summary>Said by the user.</summary>
    Said,

    /// <summary>An answer to what the assistant asked.</summary>
    Answered,

    /// <summary>An offer of the assistant that the user took.</summary>
    Accepted,

    /// <summary>Said in place of another value.</summary>
    Corrected,
}
