using OrleansStream.Streams.Processing;

namespace OrleansStream.Grains.Cards;

/// <summary>What the API's reference shows of cards; a test posts what can be posted.</summary>
internal static class CardDocumentation
{
    public static readonly ProcessorDocumentation Value = new()
    {
        Group = "Fraud",
        IngestSummary = "Hand in card transactions",
        KeyExample = "card-42",
        StateType = typeof(CardProfileView),
        OutputType = typeof(DecisionView),
        EventExample =
        """
        {"id":"tx-1","cardId":"card-42","amount":129.95,"currency":"EUR","time":"2026-11-22T10:00:00Z","merchant":{"id":"m-7","name":"Shoe Palace","category":"5661","country":"IN"},"location":{"lat":28.61,"lon":77.21,"country":"IN"},"deviceId":"dev-1","channel":"pos"}
        """,
        OutputExample =
        """
        {"id":"d-5f0c9f0e4b1f4d0e9b7f0d9a3f1c2e4b","transactionId":"tx-2","cardId":"card-42","outcome":"decline","score":100,"reasons":[{"code":"IMPOSSIBLE_TRAVEL","score":100,"detail":"11,755 km in 10 min = 70,528 km/h, limit 900 km/h","observed":70528,"threshold":900}],"ruleset":{"id":"default","version":1},"facts":{"merchantRisk":0},"shadow":[],"position":"transactions:3:1843","time":"2026-11-22T10:10:00Z","decidedAt":"2026-11-22T10:10:00.0041Z","latencyMs":1.4,"logOdds":9.7}
        """,
        StateExample =
        """
        {"cardId":"card-42","transactionCount":2,"amount":{"mean":114.98,"deviation":14.98,"total":229.95},"firstTransactionAt":"2026-11-22T10:00:00Z","lastTransactionAt":"2026-11-22T10:10:00Z","lastLocation":{"lat":40.71,"lon":-74.01,"time":"2026-11-22T10:10:00Z"},"devices":[{"id":"dev-1","firstSeen":"2026-11-22T10:00:00Z","lastSeen":"2026-11-22T10:10:00Z"}],"windows":[{"name":"velocityCount","seconds":600,"end":"2026-11-22T10:10:00Z","count":1,"sum":100}],"decisionCount":2,"confirmedFrauds":0,"appliedPosition":"transactions:3:1843"}
        """,
    };
}
