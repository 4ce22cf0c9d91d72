namespace OrleansStream.Gateway.OpenApi;

/// <summary>The examples of the OpenAPI document; a test posts what can be posted.</summary>
internal static class Examples
{
    public const string Transaction =
        """
        {"id":"tx-1","cardId":"card-42","amount":129.95,"currency":"EUR","time":"2026-11-22T10:00:00Z","merchant":{"id":"m-7","name":"Shoe Palace","category":"5661","country":"IN"},"location":{"lat":28.61,"lon":77.21,"country":"IN"},"deviceId":"dev-1","channel":"pos"}
        """;

    public const string Accepted = """{"id":"tx-1","position":"transactions:3:1842","status":"accepted"}""";

    public const string MixedBatch =
        """
        {"accepted":1,"rejected":1,"results":[{"index":0,"id":"tx-1","status":"accepted","position":"transactions:3:1842"},{"index":1,"id":"tx-2","status":"rejected","code":"amount-negative","detail":"amount must be 0 or more."}]}
        """;

    public const string Decision =
        """
        {"id":"d-5f0c9f0e4b1f4d0e9b7f0d9a3f1c2e4b","transactionId":"tx-2","cardId":"card-42","outcome":"decline","score":100,"reasons":[{"code":"IMPOSSIBLE_TRAVEL","score":100,"detail":"11,755 km in 10 min = 70,528 km/h, limit 900 km/h","observed":70528,"threshold":900}],"ruleset":{"id":"default","version":1},"facts":{"merchantRisk":0},"shadow":[],"position":"transactions:3:1843","time":"2026-11-22T10:10:00Z","decidedAt":"2026-11-22T10:10:00.0041Z","latencyMs":1.4}
        """;

    public const string DecisionList = """{"items":[""" + Decision + """],"next":"transactions:3:1843"}""";

    public const string DecisionEvent = "event: decision\nid: 1-120-98-131-77\ndata: " + Decision;

    public const string CardProfile =
        """
        {"cardId":"card-42","transactionCount":2,"amount":{"mean":114.98,"deviation":14.98,"total":229.95},"firstTransactionAt":"2026-11-22T10:00:00Z","lastTransactionAt":"2026-11-22T10:10:00Z","lastLocation":{"lat":40.71,"lon":-74.01,"time":"2026-11-22T10:10:00Z"},"devices":[{"id":"dev-1","firstSeen":"2026-11-22T10:00:00Z","lastSeen":"2026-11-22T10:10:00Z"}],"windows":[{"name":"velocityCount","seconds":600,"end":"2026-11-22T10:10:00Z","count":1,"sum":100}],"decisionCount":2,"appliedPosition":"transactions:3:1843"}
        """;

    /// <summary>A problem as it comes with this status.</summary>
    public static string Problem(int status)
    {
        var (code, title, detail) = status switch
        {
            400 => ("malformed-json", "The request cannot be read", "The record is not valid JSON at byte 17."),
            404 => ("card-not-found", "Not found", "No transaction of this card has been decided."),
            413 => ("body-too-large", "The request is too large", "The body is larger than 5,242,880 bytes as sent."),
            415 => ("unsupported-content-type", "The content type or encoding is not supported", "Send application/json or application/x-ndjson."),
            422 => ("amount-negative", "The record is not valid", "amount must be 0 or more."),
            503 => ("log-unavailable", "The service cannot take records now", "Try again in a moment."),
            504 => ("position-not-reached", "Not within the time", "The position was not reached within 5 s."),
            _ => throw new ArgumentOutOfRangeException(nameof(status), status, "Give this status an example."),
        };
        return $$"""
            {"type":"urn:orleansstream:problem:{{code}}","title":"{{title}}","status":{{status}},"detail":"{{detail}}","code":"{{code}}","errors":[{"index":0,"code":"{{code}}","detail":"{{detail}}"}]}
            """;
    }
}
