namespace OrleansStream.Domain.Conversations.Context;

/// <summary>How many tokens a model takes a text for. Pure: the same text is always as many.</summary>
public interface ITokenCounter
{
    /// <summary>0 for an empty text.</summary>
    int Count(string text);
}
