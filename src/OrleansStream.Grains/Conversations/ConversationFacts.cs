namespace OrleansStream.Grains.Conversations;

/// <summary>What a conversation needs from elsewhere.</summary>
/// <param name="Retention">How long it is kept after its newest message was handed in.</param>
[GenerateSerializer, Immutable, Alias("OrleansStream.ConversationFacts")]
public sealed record ConversationFacts([property: Id(0)] TimeSpan Retention);
