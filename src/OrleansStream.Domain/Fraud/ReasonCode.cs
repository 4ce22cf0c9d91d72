namespace OrleansStream.Domain.Fraud;

/// <summary>Which rule spoke. Numbers are stored: never renumber.</summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.ReasonCode")]
public enum ReasonCode
{
    ImpossibleTravel = 0,
    VelocityCount = 1,
    VelocitySum = 2,
    NewDevice = 3,
    SharedDevice = 4,
    AmountAnomaly = 5,
    CardTesting = 6,
    CountryMismatch = 7,
    MerchantRisk = 8,
    CategoryRisk = 9,
    UnusualHour = 10,
    Structuring = 11,
    UnknownCurrency = 12,
    SuspiciousRun = 13,
    UnusualPlace = 14,
    DeviceRisk = 15,

    /// <summary>A custom rule's: the code is its own.</summary>
    Custom = 100,
}
