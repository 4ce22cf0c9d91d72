namespace OrleansStream.Domain.Fraud;

/// <summary>
/// What the rules and custom conditions look at, as numbers; 0 where it does not apply. Numbers are stored with decisions: never renumber, only add. In
/// conditions and explanations the names are in camel case.
/// </summary>
public enum Feature
{
    /// <summary>The amount in the base currency.</summary>
    Amount = 0,

    /// <summary>Transactions of the card before this one.</summary>
    History = 1,

    /// <summary>Standard deviations of ln(1 + amount) above the card's habit.</summary>
    AmountDeviation = 2,

    /// <summary>The same against the card's habit in this category.</summary>
    CategoryDeviation = 3,

    /// <summary>The amount as a multiple of the card's usual (geometric mean).</summary>
    AmountRatio = 4,

    /// <summary>0 to 1: how new the category is to a card with a history.</summary>
    CategoryNovelty = 5,

    /// <summary>Transactions of the card in this category.</summary>
    CategoryHistory = 6,

    /// <summary>Hour of the day at the place of the transaction, 0 to 23.</summary>
    Hour = 7,

    /// <summary>How much rarer than evenly spread the hour is for the card: −ln of the ratio, −2 to 3.</summary>
    HourRarity = 8,

    /// <summary>From facts: the amount and time of day within the category.</summary>
    AmountLogOdds = 9,

    /// <summary>From facts: the category.</summary>
    CategoryLogOdds = 10,

    /// <summary>From facts: the merchant.</summary>
    MerchantLogOdds = 11,

    /// <summary>From facts: the terminal.</summary>
    TerminalLogOdds = 12,

    /// <summary>From facts: share of the merchant's transactions confirmed as fraud.</summary>
    MerchantRisk = 13,

    /// <summary>From facts: frauds confirmed at the merchant within the window.</summary>
    MerchantFrauds = 14,

    /// <summary>Transactions within the window of VELOCITY_COUNT, this one included.</summary>
    WindowCount = 15,

    /// <summary>Amounts within the window of VELOCITY_SUM, this one included.</summary>
    WindowSum = 16,

    /// <summary>Transactions within the window of VELOCITY_SUM, this one included.</summary>
    WindowSumCount = 17,

    /// <summary>What WindowSum may be for this card.</summary>
    WindowSumLimit = 18,

    /// <summary>ln of the spending of 24 h, this one included, over the card's average per day.</summary>
    SpendingRatio = 19,

    /// <summary>Suspicious transactions of the last 48 h, each by its likelihood, recent ones counting more.</summary>
    SuspiciousRun = 20,

    /// <summary>Transactions the issuer had declined within the window of CARD_TESTING.</summary>
    Declines = 21,

    /// <summary>1 when the issuer approved this one.</summary>
    Approved = 22,

    /// <summary>Transactions just below a limit within 48 h, this one included; 0 when this one is not.</summary>
    NearLimitCount = 23,

    /// <summary>The limit this one is just below.</summary>
    NearLimit = 24,

    /// <summary>1 when the device is new to a card that has others.</summary>
    NewDevice = 25,

    /// <summary>Devices the card was used with.</summary>
    KnownDevices = 26,

    /// <summary>From facts: other cards seen with the device within the window.</summary>
    OtherCardsOnDevice = 27,

    /// <summary>From facts: frauds confirmed with the device within the window.</summary>
    DeviceFrauds = 28,

    /// <summary>1 when the card was issued in another country than it is used in.</summary>
    CountryMismatch = 29,

    /// <summary>km from the nearest area the card is usually used in.</summary>
    DistanceKm = 30,

    /// <summary>km from the sighting before that makes the fastest trip, less both accuracies.</summary>
    ArrivalKm = 31,

    /// <summary>Seconds since it.</summary>
    ArrivalSeconds = 32,

    /// <summary>km to the sighting later in event time that makes the fastest trip, less both accuracies.</summary>
    DepartureKm = 33,

    /// <summary>Seconds until it.</summary>
    DepartureSeconds = 34,

    /// <summary>1 when there is no rate for the currency: the amount is taken as it is.</summary>
    UnknownCurrency = 35,

    /// <summary>Transactions of the card that were confirmed as fraud.</summary>
    ConfirmedFrauds = 36,

    /// <summary>From facts: frauds confirmed at the terminal within the window.</summary>
    TerminalFrauds = 37,
}
