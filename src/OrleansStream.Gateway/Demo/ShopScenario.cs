using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansStream.Domain.Recommendations.Users;

namespace OrleansStream.Gateway.Demo;

/// <summary>
/// Visitors of a shop, some at a time: each looks at a few items of one category, then at what goes with it, puts something into the basket now and then, and leaves; another takes the place.
/// </summary>
internal sealed class ShopScenario : IDemoScenario
{
    private const int Visitors = 40, Names = 5_000, ItemsPerCategory = 24;

    private static readonly (string Category, string Next)[] Aisles =
    [
        ("running-shoes", "running-accessories"), ("running-accessories", "running-shoes"), ("tents", "sleeping-bags"), ("sleeping-bags", "stoves"), ("stoves", "tents"),
        ("espresso-machines", "coffee-beans"), ("coffee-beans", "cups"), ("cups", "espresso-machines"), ("novels", "reading-lamps"), ("reading-lamps", "novels"),
        ("bicycles", "bicycle-lights"), ("bicycle-lights", "bicycles"),
    ];

    private readonly Random _random = new(19);
    private readonly DemoVisitor?[] _visitors = new DemoVisitor?[Visitors];
    private long _count;

    public string Name => "shop";

    public string Topic => "clicks";

    public IReadOnlyList<ReadOnlyMemory<byte>> Next(int count, double perSecond, DateTimeOffset now)
    {
        var events = new ReadOnlyMemory<byte>[count];
        for (int i = 0; i < count; i++) events[i] = JsonSerializer.SerializeToUtf8Bytes(Next(now), ShopDemoJson.Default.DemoClick);
        return events;
    }

    private DemoClick Next(DateTimeOffset now)
    {
        int place = _random.Next(Visitors);
        var visitor = _visitors[place] ??= new DemoVisitor($"demo-visitor-{_count++ % Names}", _random.Next(Aisles.Length), 3 + _random.Next(6));
        var aisle = Aisles[visitor.Aisle];
        // Few items are looked at most: the square of a fair number is small more often.
        double fair = _random.NextDouble();
        bool isBeyond = visitor.Seen >= 3 && _random.Next(3) > 0;
        string category = isBeyond ? aisle.Next : aisle.Category;
        var click = visitor.Last is { } last && _random.Next(8) == 0
            ? new DemoClick(NewId(now), visitor.Name, ShopEventJson.NameOf(ShopAction.Add), last, visitor.LastCategory, now)
            : new DemoClick(NewId(now), visitor.Name, ShopEventJson.NameOf(ShopAction.View), $"demo-{category}-{(int)(ItemsPerCategory * fair * fair)}", category, now);
        _visitors[place] = visitor.Seen + 1 >= visitor.Length ? null : visitor with { Seen = visitor.Seen + 1, Last = click.ItemId, LastCategory = click.Category };
        return click;
    }

    private static string NewId(DateTimeOffset now) => $"demo-{Guid.CreateVersion7(now):N}";
}

internal sealed record DemoVisitor(string Name, int Aisle, int Length)
{
    public int Seen { get; init; }
    public string? Last { get; init; }
    public string? LastCategory { get; init; }
}

/// <summary>What a client would post.</summary>
internal sealed record DemoClick(string Id, string UserId, string Action, string ItemId, string? Category, DateTimeOffset Time);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DemoClick))]
internal sealed partial class ShopDemoJson : JsonSerializerContext;
