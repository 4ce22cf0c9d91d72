namespace OrleansStream.Gateway.DeadLetters;

/// <summary>What the OpenAPI document shows of dead letters.</summary>
internal static class DeadLetterExamples
{
    public const string Id = "transactions:3:1842";

    private const string Members =
        """
        "id":"transactions:3:1842","topic":"transactions","partition":3,"offset":1842,"key":"card-42","code":"undecodable","exception":"InvalidDataException: amount-negative: amount must be 0 or more.","attempts":3,"status":"open","failedAt":"2026-11-22T10:00:00.01Z"
        """;

    public const string Page = "{\"items\":[{" + Members + "}],\"next\":\"638994240000100000-3-17\"}";

    public const string Detail = "{" + Members +
        ",\"source\":\"http\",\"recordId\":\"tx-1\",\"time\":\"2026-11-22T10:00:00Z\",\"receivedAt\":\"2026-11-22T10:00:00Z\",\"headers\":[],\"value\":\"eyJhbW91bnQiOi0xfQ==\",\"text\":\"{\\\"amount\\\":-1}\"}";

    public const string Redriven = """{"id":"transactions:3:1842","position":"transactions:3:1901"}""";

    public const string RedriveJob =
        """
        {"id":"019aaf0f5e2c7d3f8b1a0c9d2e4f6a72","kind":"redrive","status":"queued","topic":"transactions","createdAt":"2026-11-22T10:00:00Z","progress":{"total":120,"scanned":0,"delivered":0,"applied":0,"published":0,"skipped":0,"percent":0}}
        """;
}
