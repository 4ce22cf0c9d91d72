using System.Collections.Frozen;

namespace OrleansStream.Domain.Fraud.Expressions;

/// <summary>What a condition can name: features, texts of the transaction, functions.</summary>
internal static class ExpressionNames
{
    private static readonly FrozenDictionary<string, Func<FraudInputs, string?>> Texts = new Dictionary<string, Func<FraudInputs, string?>>
    {
        ["category"] = i => i.Category,
        ["merchant.category"] = i => i.Category,
        ["merchantId"] = i => i.MerchantId,
        ["merchant.id"] = i => i.MerchantId,
        ["merchantCountry"] = i => i.MerchantCountry,
        ["merchant.country"] = i => i.MerchantCountry,
        ["terminalId"] = i => i.TerminalId,
        ["merchant.terminalId"] = i => i.TerminalId,
        ["deviceId"] = i => i.DeviceId,
        ["currency"] = i => i.Currency,
        ["country"] = i => i.Country,
        ["issuerCountry"] = i => i.IssuerCountry,
        ["card.issuerCountry"] = i => i.IssuerCountry,
        ["channel"] = i => i.Channel?.ToWireName(),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, Feature> Features =
        FraudInputs.FeatureNames.Select((name, number) => (name, (Feature)number)).ToFrozenDictionary(pair => pair.name, pair => pair.Item2);

    /// <summary>Functions of one or two numbers.</summary>
    public static readonly FrozenDictionary<string, (int Arguments, Func<double, double, double> Call)> Numbers =
        new Dictionary<string, (int, Func<double, double, double>)>
        {
            ["abs"] = (1, (x, _) => Math.Abs(x)),
            ["ln"] = (1, (x, _) => Math.Log(x)),
            ["exp"] = (1, (x, _) => Math.Exp(x)),
            ["floor"] = (1, (x, _) => Math.Floor(x)),
            ["round"] = (1, (x, _) => Math.Round(x)),
            ["min"] = (2, Math.Min),
            ["max"] = (2, Math.Max),
        }.ToFrozenDictionary();

    /// <summary>Functions of two texts.</summary>
    public static readonly FrozenDictionary<string, Func<string, string, bool>> TextTests = new Dictionary<string, Func<string, string, bool>>
    {
        ["startsWith"] = (text, part) => text.StartsWith(part, StringComparison.OrdinalIgnoreCase),
        ["endsWith"] = (text, part) => text.EndsWith(part, StringComparison.OrdinalIgnoreCase),
        ["contains"] = (text, part) => text.Contains(part, StringComparison.OrdinalIgnoreCase),
    }.ToFrozenDictionary();

    /// <summary>Null when there is nothing of this name.</summary>
    public static Expression? Find(string name) => name switch
    {
        "true" => new TruthLiteral(true),
        "false" => new TruthLiteral(false),
        _ when Features.TryGetValue(name, out var feature) => new FeatureNumber(feature),
        _ when Texts.TryGetValue(name, out var read) => new FieldText(name, read),
        _ => null,
    };
}
