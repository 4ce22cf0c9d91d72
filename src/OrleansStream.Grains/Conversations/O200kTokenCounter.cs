using Microsoft.ML.Tokenizers;
using OrleansStream.Domain.Conversations.Context;

namespace OrleansStream.Grains.Conversations;

/// <summary>Tokens as models with the vocabulary <c>o200k_base</c> count them.</summary>
internal sealed class O200kTokenCounter : ITokenCounter
{
    private readonly TiktokenTokenizer _tokenizer = TiktokenTokenizer.CreateForEncoding("o200k_base");

    public int Count(string text) => text.Length == 0 ? 0 : _tokenizer.CountTokens(text);
}
