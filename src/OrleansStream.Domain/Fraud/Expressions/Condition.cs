namespace OrleansStream.Domain.Fraud.Expressions;

/// <summary>
/// The condition of a custom rule: a small language of comparisons over the inputs of a decision, as
/// <c>amount &gt; 500 &amp;&amp; category in ['7995', '6051'] &amp;&amp; (hour &lt; 6 || newDevice == 1)</c>. It can name nothing but features, texts of the
/// transaction and a few functions; length, nodes and depth are bounded, and evaluation visits each node once at most.
/// </summary>
internal ref struct Condition
{
    public const int MaxLength = 2_000;
    private const int MaxNodes = 200;
    private const int MaxDepth = 32;

    private ExpressionTokens _tokens;
    private Token _next;
    private int _nodes;
    private int _depth;

    /// <summary>Reads a condition.</summary>
    /// <exception cref="ConditionException">It cannot be read, or is no condition; says what and where.</exception>
    public static Expression Parse(string text)
    {
        if (text.Length > MaxLength)
            throw new ConditionException($"The condition is longer than {MaxLength} characters.");
        var reader = new Condition { _tokens = new ExpressionTokens(text) };
        reader.Advance();
        var condition = reader.Or();
        if (reader._next.Kind != TokenKind.End)
            throw reader.Unexpected("the end");
        return Typed(condition, ExpressionType.Truth, 1);
    }

    private Expression Or()
    {
        Enter();
        var left = And();
        while (Take("||", out var at))
            left = Counted(new Logic(false, Typed(left, ExpressionType.Truth, at), Typed(And(), ExpressionType.Truth, at)));
        _depth--;
        return left;
    }

    private Expression And()
    {
        var left = Not();
        while (Take("&&", out var at))
            left = Counted(new Logic(true, Typed(left, ExpressionType.Truth, at), Typed(Not(), ExpressionType.Truth, at)));
        return left;
    }

    private Expression Not()
    {
        if (!Take("!", out var at))
            return Compared();
        Enter();
        var operand = Counted(new Negation(Typed(Not(), ExpressionType.Truth, at)));
        _depth--;
        return operand;
    }

    private Expression Compared()
    {
        var left = Sum();
        if (_next is { Kind: TokenKind.Name, Text: "in" })
            return Member(left);
        if (_next is not { Kind: TokenKind.Symbol, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" })
            return left;
        var (symbol, at) = (_next.Text, _next.At);
        Advance();
        var right = Typed(Sum(), left.Type, at);
        if (left.Type != ExpressionType.Number && symbol is not ("==" or "!="))
            throw new ConditionException($"'{symbol}' at {at} compares numbers.");
        return Counted(new Comparison(symbol, left, right));
    }

    private Expression Member(Expression value)
    {
        var at = _next.At;
        if (value.Type == ExpressionType.Truth)
            throw new ConditionException($"'in' at {at} looks for a number or a text.");
        Advance();
        Expect("[");
        var items = new List<Expression>();
        do
        {
            var item = _next;
            if (item.Kind is not (TokenKind.Number or TokenKind.Text))
                throw Unexpected("a number or a text");
            items.Add(Typed(Primary(), value.Type, item.At));
        }
        while (Take(",", out _));
        Expect("]");
        return Counted(new Membership(value, items));
    }

    private Expression Sum()
    {
        var left = Term();
        while (_next is { Kind: TokenKind.Symbol, Text: "+" or "-" })
            left = Operation(left, sum: true);
        return left;
    }

    private Expression Term()
    {
        var left = Unary();
        while (_next is { Kind: TokenKind.Symbol, Text: "*" or "/" or "%" })
            left = Operation(left, sum: false);
        return left;
    }

    private Expression Operation(Expression left, bool sum)
    {
        var (symbol, at) = (_next.Text[0], _next.At);
        Advance();
        var right = sum ? Term() : Unary();
        return Counted(new Arithmetic(symbol, Typed(left, ExpressionType.Number, at), Typed(right, ExpressionType.Number, at)));
    }

    private Expression Unary()
    {
        if (!Take("-", out var at))
            return Primary();
        Enter();
        var operand = Counted(new Arithmetic('-', new NumberLiteral(0), Typed(Unary(), ExpressionType.Number, at)));
        _depth--;
        return operand;
    }

    private Expression Primary()
    {
        var token = _next;
        if (Take("(", out _))
        {
            var inner = Or();
            Expect(")");
            return inner;
        }

        if (token.Kind is TokenKind.End or TokenKind.Symbol)
            throw Unexpected("a value");
        Advance();
        return Counted(token.Kind switch
        {
            TokenKind.Number => new NumberLiteral(token.Number),
            TokenKind.Text => new TextLiteral(token.Text),
            _ when _next is { Kind: TokenKind.Symbol, Text: "(" } => Call(token),
            _ => ExpressionNames.Find(token.Text) ?? throw new ConditionException($"'{token.Text}' at {token.At} is no feature and no field."),
        });
    }

    private Expression Call(Token name)
    {
        Expect("(");
        if (ExpressionNames.TextTests.TryGetValue(name.Text, out var test))
        {
            var text = Typed(Or(), ExpressionType.Text, name.At);
            Expect(",");
            var part = Typed(Or(), ExpressionType.Text, name.At);
            Expect(")");
            return new TextCall(name.Text, test, text, part);
        }

        if (!ExpressionNames.Numbers.TryGetValue(name.Text, out var function))
            throw new ConditionException($"'{name.Text}' at {name.At} is no function.");
        var first = Typed(Or(), ExpressionType.Number, name.At);
        var second = first;
        if (function.Arguments == 2)
        {
            Expect(",");
            second = Typed(Or(), ExpressionType.Number, name.At);
        }

        Expect(")");
        // A function of one number is given it twice; the literal spares evaluating it again.
        return new NumberCall(name.Text, function.Call, first, function.Arguments == 2 ? second : new NumberLiteral(0));
    }

    private static Expression Typed(Expression expression, ExpressionType type, int at) => expression.Type == type
        ? expression
        : throw new ConditionException($"At {at} a {NameOf(type)} is needed, and there is a {NameOf(expression.Type)}.");

    private static string NameOf(ExpressionType type) => type switch
    {
        ExpressionType.Number => "number",
        ExpressionType.Text => "text",
        _ => "condition",
    };

    private Expression Counted(Expression expression) =>
        ++_nodes <= MaxNodes ? expression : throw new ConditionException($"The condition has more than {MaxNodes} parts.");

    private void Enter()
    {
        if (++_depth > MaxDepth)
            throw new ConditionException($"The condition is nested deeper than {MaxDepth} levels.");
    }

    private void Advance() => _next = _tokens.Next();

    private bool Take(string symbol, out int at)
    {
        at = _next.At;
        if (_next.Kind != TokenKind.Symbol || _next.Text != symbol)
            return false;
        Advance();
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Take(symbol, out _))
            throw Unexpected($"'{symbol}'");
    }

    private readonly ConditionException Unexpected(string wanted) => new(
        _next.Kind == TokenKind.End ? $"At the end {wanted} is missing." : $"At {_next.At} {wanted} is needed.");
}

/// <summary>A condition cannot be read; the message says what and where, for its author.</summary>
public sealed class ConditionException : Exception
{
    public ConditionException() { }
    public ConditionException(string message) : base(message) { }
    public ConditionException(string message, Exception? inner) : base(message, inner) { }
}
