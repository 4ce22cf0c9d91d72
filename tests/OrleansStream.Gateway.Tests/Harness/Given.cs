using System.Globalization;

namespace OrleansStream.Gateway.Tests.Harness;

/// <summary>Inputs that no other test has.</summary>
internal static class Given
{
    private static int _last;

    /// <summary>A card nobody has used.</summary>
    public static string Card() => Id("card");

    public static string Id(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{Interlocked.Increment(ref _last)}");

    /// <summary>A valid transaction; <paramref name="more"/> adds members, for example <c>,"channel":"pos"</c>.</summary>
    public static string Transaction(string? card = null, string? id = null, string more = "") =>
        $$"""{"id":"{{id ?? Id("tx")}}","cardId":"{{card ?? Card()}}","amount":12.5,"time":"2026-11-22T10:00:00Z"{{more}}}""";

    /// <summary>A JSON array of records.</summary>
    public static string Array(params IEnumerable<string> records) => $"[{string.Join(',', records)}]";

    /// <summary>Objects in objects, <paramref name="levels"/> in all.</summary>
    public static string Nested(int levels) => string.Concat(Enumerable.Repeat("{\"a\":", levels - 1)) + "{}" + new string('}', levels - 1);
}
