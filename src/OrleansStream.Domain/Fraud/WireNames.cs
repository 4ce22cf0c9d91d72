namespace OrleansStream.Domain.Fraud;

/// <summary>The names of enum values in JSON.</summary>
public static class WireNames
{
    /// <summary>UPPER_SNAKE, as <c>IMPOSSIBLE_TRAVEL</c>.</summary>
    public static string ToCode(this ReasonCode code) => code switch
    {
        ReasonCode.ImpossibleTravel => "IMPOSSIBLE_TRAVEL",
        ReasonCode.VelocityCount => "VELOCITY_COUNT",
        ReasonCode.VelocitySum => "VELOCITY_SUM",
        ReasonCode.NewDevice => "NEW_DEVICE",
        ReasonCode.SharedDevice => "SHARED_DEVICE",
        ReasonCode.AmountAnomaly => "AMOUNT_ANOMALY",
        ReasonCode.CardTesting => "CARD_TESTING",
        ReasonCode.CountryMismatch => "COUNTRY_MISMATCH",
        ReasonCode.MerchantRisk => "MERCHANT_RISK",
        ReasonCode.CategoryRisk => "CATEGORY_RISK",
        ReasonCode.UnusualHour => "UNUSUAL_HOUR",
        ReasonCode.Structuring => "STRUCTURING",
        ReasonCode.UnknownCurrency => "UNKNOWN_CURRENCY",
        ReasonCode.SuspiciousRun => "SUSPICIOUS_RUN",
        ReasonCode.UnusualPlace => "UNUSUAL_PLACE",
        ReasonCode.DeviceRisk => "DEVICE_RISK",
        _ => throw new ArgumentOutOfRangeException(nameof(code), code, "This reason has no wire name."),
    };

    /// <summary><c>approve</c>, <c>review</c> or <c>decline</c>.</summary>
    public static string ToWireName(this Outcome outcome) => outcome switch
    {
        Outcome.Approve => "approve",
        Outcome.Review => "review",
        Outcome.Decline => "decline",
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "This outcome has no wire name."),
    };

    /// <summary><c>pos</c>, <c>ecommerce</c>, <c>atm</c> or <c>transfer</c>.</summary>
    public static string ToWireName(this Channel channel) => channel switch
    {
        Channel.Pos => "pos",
        Channel.Ecommerce => "ecommerce",
        Channel.Atm => "atm",
        Channel.Transfer => "transfer",
        _ => throw new ArgumentOutOfRangeException(nameof(channel), channel, "This channel has no wire name."),
    };

    /// <summary><c>approved</c> or <c>declined</c>.</summary>
    public static string ToWireName(this Authorization authorization) => authorization switch
    {
        Authorization.Approved => "approved",
        Authorization.Declined => "declined",
        _ => throw new ArgumentOutOfRangeException(nameof(authorization), authorization, "This authorization has no wire name."),
    };
}
