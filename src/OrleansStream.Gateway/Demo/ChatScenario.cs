using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Gateway.Demo;

/// <summary>People who book tickets and tables, many at a time: they answer, change their minds, take what is offered, and go; others take their place.</summary>
internal sealed class ChatScenario : IDemoScenario
{
    private const int Chats = 40, Names = 5_000;

    private static readonly string[] Days = ["tomorrow", "tonight", "Friday", "next Monday", "Saturday"];
    private static readonly string[] Times = ["6 pm", "6:30 pm", "7.15 pm", "8 pm", "9:45 pm"];

    private static readonly string[][] Scripts =
    [
        [
            "s:You sell cinema tickets.", "u:hi, buy {n} movie tickets for {d}", "a:Sure. What time would you like?", "u:{t} please", "a:Sorry, nothing at {t}. How about {o}?", "u:yes, that works",
            "u:actually make it {m}", "a:Done: {m} tickets. Enjoy the film!",
        ],
        [
            "s:You take reservations.", "u:I need a table for {n} on {d} at {t}", "a:How many people will be there?", "u:no, make it {m}", "a:Would you like the terrace?", "u:yes, and {e} instead of {d}", "a:Your table for {m} is booked.",
            "u:thanks, bye",
        ],
        ["u:what is on {d}?", "a:How many tickets would you like, and for what time?", "u:{n}, any time is fine", "a:There is one at {t}.", "u:no, that's too early. what about {o}?", "a:Booked.", "u:great"],
    ];

    private readonly Random _random = new(23);
    private readonly DemoChat?[] _chats = new DemoChat?[Chats];
    private long _count;

    public string Name => "chat";

    public string Topic => "messages";

    public IReadOnlyList<ReadOnlyMemory<byte>> Next(int count, double perSecond, DateTimeOffset now)
    {
        var events = new ReadOnlyMemory<byte>[count];
        // One after the other also within one call: messages of a conversation are ordered by their time.
        for (int i = 0; i < count; i++) events[i] = JsonSerializer.SerializeToUtf8Bytes(Next(now.AddTicks(i - count)), ChatDemoJson.Default.DemoMessage);
        return events;
    }

    private DemoMessage Next(DateTimeOffset now)
    {
        int place = _random.Next(Chats);
        var chat = _chats[place] ??= Begin();
        string[] script = Scripts[chat.Script];
        string line = chat.Values.Aggregate(script[chat.Said], (text, value) => text.Replace(value.Key, value.Value, StringComparison.Ordinal));
        _chats[place] = chat.Said + 1 < script.Length ? chat with { Said = chat.Said + 1 } : null;
        return new DemoMessage(chat.Name, $"demo-{Guid.CreateVersion7(now):N}", line[0] switch { 's' => "system", 'a' => "assistant", _ => "user" }, line[2..], now);
    }

    private DemoChat Begin()
    {
        int day = _random.Next(Days.Length), time = _random.Next(Times.Length), people = 2 + _random.Next(4);
        return new DemoChat($"demo-chat-{_count++ % Names}", _random.Next(Scripts.Length))
        {
            Values = new Dictionary<string, string>
            {
                ["{n}"] = $"{people}", ["{m}"] = $"{people + 1}", ["{d}"] = Days[day], ["{e}"] = Days[(day + 1) % Days.Length], ["{t}"] = Times[time], ["{o}"] = Times[(time + 1) % Times.Length],
            },
        };
    }
}

internal sealed record DemoChat(string Name, int Script)
{
    public int Said { get; init; }
    public required IReadOnlyDictionary<string, string> Values { get; init; }
}

/// <summary>What a client would post.</summary>
internal sealed record DemoMessage(string ConversationId, string Id, string Role, string Content, DateTimeOffset Time);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(DemoMessage))]
internal sealed partial class ChatDemoJson : JsonSerializerContext;
