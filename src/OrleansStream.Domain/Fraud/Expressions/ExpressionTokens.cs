using System.Globalization;

namespace OrleansStream.Domain.Fraud.Expressions;

internal enum TokenKind
{
    End,
    Number,
    Text,
    Name,
    Symbol,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">A symbol's characters, a name, or a text without its quotes.</param>
/// <param name="Number">A number's value.</param>
/// <param name="At">Where it starts, counted from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, double Number, int At);

/// <summary>Cuts a condition into tokens.</summary>
internal ref struct ExpressionTokens(ReadOnlySpan<char> text)
{
    private static readonly string[] Symbols = ["&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")", "[", "]", ","];
    private readonly ReadOnlySpan<char> _text = text;
    private int _at;

    /// <exception cref="ConditionException">There is something that is no token.</exception>
    public Token Next()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            _at++;
        var start = _at;
        if (start == _text.Length)
            return new Token(TokenKind.End, "", 0, start + 1);
        var first = _text[start];
        if (first is '\'' or '"')
            return Quoted(first);
        if (char.IsAsciiDigit(first))
            return Number();
        if (char.IsAsciiLetter(first) || first == '_')
            return Name();
        foreach (var symbol in Symbols)
        {
            if (!_text[start..].StartsWith(symbol, StringComparison.Ordinal))
                continue;
            _at += symbol.Length;
            return new Token(TokenKind.Symbol, symbol, 0, start + 1);
        }

        throw new ConditionException($"'{first}' at {start + 1} means nothing here.");
    }

    private Token Quoted(char quote)
    {
        var start = _at;
        var length = _text[(start + 1)..].IndexOf(quote);
        if (length < 0)
            throw new ConditionException($"The text that begins at {start + 1} does not end.");
        _at += length + 2;
        return new Token(TokenKind.Text, _text.Slice(start + 1, length).ToString(), 0, start + 1);
    }

    private Token Number()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
            _at++;
        return double.TryParse(_text[start.._at], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value)
            ? new Token(TokenKind.Number, "", value, start + 1)
            : throw new ConditionException($"'{_text[start.._at]}' at {start + 1} is no number.");
    }

    private Token Name()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
            _at++;
        var name = _text[start.._at].ToString();
        // Words for those who do not think in symbols.
        return name switch
        {
            "and" => new Token(TokenKind.Symbol, "&&", 0, start + 1),
            "or" => new Token(TokenKind.Symbol, "||", 0, start + 1),
            "not" => new Token(TokenKind.Symbol, "!", 0, start + 1),
            _ => new Token(TokenKind.Name, name, 0, start + 1),
        };
    }
}
