using System.Reflection;
using System.Runtime.InteropServices;
using OrleansStream.Domain.Fraud;
using OrleansStream.Domain.Fraud.Rules;

namespace OrleansStream.Domain.Tests.Fraud.Rules;

public sealed class RuleCatalogTests
{
    public static readonly TheoryData<string> Names = [.. RuleProperties.Select(p => p.Name)];

    private static IEnumerable<PropertyInfo> RuleProperties => typeof(RuleCatalog).GetProperties().Where(p => p.PropertyType.IsSubclassOf(typeof(FraudRule)));

    [Fact]
    public void ListsEveryRuleOnce() =>
        Assert.Equal(RuleProperties.Select(p => p.Name).Order(), new RuleCatalog().All.Select(r => r.ReasonCode.ToString()).Order());

    /// <summary>Explanations show the inputs that a rule names: what it looks at beside them nobody would see.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void DependsOnNothingButTheInputsItNames(string name)
    {
        var rule = Rule(name);
        foreach (var values in Points())
        {
            var found = rule.Evaluate(Inputs(values));
            foreach (var other in Enum.GetValues<Feature>().Except(rule.Inputs))
            {
                var changed = values.ToArray();
                changed[(int)other] += 17;
                Assert.True(found == rule.Evaluate(Inputs(changed)), $"{name} looks at {other}, which it does not name, at {string.Join(' ', values)}");
            }
        }
    }

    private static readonly float[] Steps = [-2, 0, 0.5f, 1, 2, 5, 40, 3_000];

    private static FraudRule Rule(string name) => (FraudRule)typeof(RuleCatalog).GetProperty(name)!.GetValue(new RuleCatalog())!;

    /// <summary>Inputs spread over what features are, the same each time.</summary>
    private static IEnumerable<float[]> Points() => Enumerable.Range(0, 60).Select(point => Enumerable.Range(0, FraudInputs.FeatureCount)
        .Select(feature => Steps[((point * 7) + (feature * point * 3) + (feature * feature)) % Steps.Length]).ToArray());

    private static FraudInputs Inputs(float[] values) => new() { Values = MemoryMarshal.AsBytes(values.AsSpan()).ToArray(), Channel = Channel.Pos, DeviceId = "d", MerchantId = "m", Currency = "XXX", Country = "IN", IssuerCountry = "US" };
}
