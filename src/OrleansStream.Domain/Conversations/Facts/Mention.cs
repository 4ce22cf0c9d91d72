namespace OrleansStream.Domain.Conversations.Facts;

/// <summary>A value in a message.</summary>
/// <param name="Name">Of which fact.</param>
/// <param name="Value">As it will be shown.</param>
/// <param name="First">Its first token.</param>
/// <param name="End">Behind its last token.</param>
/// <param name="IsNegated">It is said not to be this.</param>
internal readonly record struct Mention(string Name, string Value, int First, int End, bool IsNegated = false);
