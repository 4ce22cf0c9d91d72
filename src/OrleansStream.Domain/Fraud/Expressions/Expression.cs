namespace OrleansStream.Domain.Fraud.Expressions;

/// <summary>The type of an expression, known when it is read.</summary>
internal enum ExpressionType
{
    Number,
    Text,
    Truth,
}

/// <summary>
/// A node of a condition. It only ever looks at the inputs of one decision: no loops, no calls out, no state, so that the number of nodes bounds the work. Of
/// the three readings only the one of its <see cref="Type"/> is asked for.
/// </summary>
internal abstract record Expression(ExpressionType Type)
{
    public virtual double Number(FraudInputs inputs) => throw new InvalidOperationException($"{this} is no number.");

    public virtual string Text(FraudInputs inputs) => throw new InvalidOperationException($"{this} is no text.");

    public virtual bool Truth(FraudInputs inputs) => throw new InvalidOperationException($"{this} is no condition.");
}

internal sealed record NumberLiteral(double Value) : Expression(ExpressionType.Number)
{
    public override double Number(FraudInputs inputs) => Value;
}

internal sealed record TextLiteral(string Value) : Expression(ExpressionType.Text)
{
    public override string Text(FraudInputs inputs) => Value;
}

internal sealed record TruthLiteral(bool Value) : Expression(ExpressionType.Truth)
{
    public override bool Truth(FraudInputs inputs) => Value;
}

internal sealed record FeatureNumber(Feature Feature) : Expression(ExpressionType.Number)
{
    public override double Number(FraudInputs inputs) => inputs[Feature];
}

/// <summary>A text of the transaction; empty when it has none.</summary>
internal sealed record FieldText(string Name, Func<FraudInputs, string?> Read) : Expression(ExpressionType.Text)
{
    public override string Text(FraudInputs inputs) => Read(inputs) ?? "";
}

internal sealed record Arithmetic(char Operator, Expression Left, Expression Right) : Expression(ExpressionType.Number)
{
    public override double Number(FraudInputs inputs)
    {
        var (left, right) = (Left.Number(inputs), Right.Number(inputs));
        return Operator switch { '+' => left + right, '-' => left - right, '*' => left * right, '/' => left / right, _ => left % right };
    }
}

internal sealed record NumberCall(string Name, Func<double, double, double> Call, Expression First, Expression Second) : Expression(ExpressionType.Number)
{
    public override double Number(FraudInputs inputs) => Call(First.Number(inputs), Second.Number(inputs));
}

/// <summary>Texts compare without regard to case: categories and countries come either way.</summary>
internal sealed record TextCall(string Name, Func<string, string, bool> Call, Expression First, Expression Second) : Expression(ExpressionType.Truth)
{
    public override bool Truth(FraudInputs inputs) => Call(First.Text(inputs), Second.Text(inputs));
}

internal sealed record Comparison(string Operator, Expression Left, Expression Right) : Expression(ExpressionType.Truth)
{
    public override bool Truth(FraudInputs inputs)
    {
        if (Left.Type == ExpressionType.Text)
            return string.Equals(Left.Text(inputs), Right.Text(inputs), StringComparison.OrdinalIgnoreCase) == (Operator == "==");
        if (Left.Type == ExpressionType.Truth)
            return (Left.Truth(inputs) == Right.Truth(inputs)) == (Operator == "==");
        var (left, right) = (Left.Number(inputs), Right.Number(inputs));
        return Operator switch
        {
            "==" => left == right,
            "!=" => left != right,
            "<" => left < right,
            "<=" => left <= right,
            ">" => left > right,
            _ => left >= right,
        };
    }
}

internal sealed record Membership(Expression Value, IReadOnlyList<Expression> Items) : Expression(ExpressionType.Truth)
{
    public override bool Truth(FraudInputs inputs)
    {
        foreach (var item in Items)
        {
            var isEqual = Value.Type == ExpressionType.Text
                ? string.Equals(Value.Text(inputs), item.Text(inputs), StringComparison.OrdinalIgnoreCase)
                : Value.Number(inputs) == item.Number(inputs);
            if (isEqual)
                return true;
        }

        return false;
    }
}

internal sealed record Logic(bool IsAnd, Expression Left, Expression Right) : Expression(ExpressionType.Truth)
{
    public override bool Truth(FraudInputs inputs) =>
        IsAnd ? Left.Truth(inputs) && Right.Truth(inputs) : Left.Truth(inputs) || Right.Truth(inputs);
}

internal sealed record Negation(Expression Operand) : Expression(ExpressionType.Truth)
{
    public override bool Truth(FraudInputs inputs) => !Operand.Truth(inputs);
}
