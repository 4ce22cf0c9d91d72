using System.Globalization;
using OrleansStream.Web.Gateway;

namespace OrleansStream.Web.Components.Fraud;

/// <summary>Decisions in words.</summary>
internal static class OutcomeText
{
    /// <summary><c>Declined in 4.1 ms</c>.</summary>
    public static string Of(DecisionItem decision) => string.Create(CultureInfo.InvariantCulture, $"{Verb(decision.Outcome)} in {Milliseconds(decision.LatencyMs)} ms");

    /// <summary>Tenths as long as they say something.</summary>
    public static string Milliseconds(double ms) => ms < 100 ? ms.ToString("0.0", CultureInfo.InvariantCulture) : ms.ToString("N0", CultureInfo.InvariantCulture);

    public static string Verb(string outcome) => outcome switch { "decline" => "Declined", "review" => "For review", "approve" => "Approved", _ => outcome };

    /// <summary><c>IMPOSSIBLE_TRAVEL</c> as people say it.</summary>
    public static string Name(string code) => code.Length == 0 ? code : char.ToUpperInvariant(code[0]) + code[1..].ToLowerInvariant().Replace('_', ' ');
}
