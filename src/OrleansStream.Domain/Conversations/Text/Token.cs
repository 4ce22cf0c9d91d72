namespace OrleansStream.Domain.Conversations.Text;

/// <summary>A word, number or sign of a message.</summary>
/// <param name="Word">Lower case; contractions joined and without blanks (<c>don't</c>), <c>p.m.</c> as <c>pm</c>, <c>6 : 30</c> as <c>6:30</c>.</param>
/// <param name="Start">Where it begins in the message, in UTF-16 code units.</param>
/// <param name="End">Behind its last code unit.</param>
internal readonly record struct Token(string Word, int Start, int End)
{
    public bool IsNumber => char.IsAsciiDigit(Word[0]);

    public bool IsWord => char.IsLetter(Word[0]);

    /// <summary>Ends a sentence.</summary>
    public bool IsStop => Word is "." or "?" or "!" or ";";
}
