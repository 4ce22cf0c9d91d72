using System.Collections.Immutable;
using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace OrleansStream.Domain.Fraud;

/// <summary>What a card spends in one category.</summary>
/// <param name="Hash">XXH3 of the category's UTF-16 code units, in lower case where ASCII.</param>
/// <param name="Amounts">Its amounts there.</param>
/// <param name="LastTicks">Latest event time, in UTC ticks.</param>
[GenerateSerializer, Alias("OrleansStream.Fraud.CategoryHabit"), Immutable]
public readonly record struct CategoryHabit(
    [property: Id(0)] ulong Hash, [property: Id(1)] AmountHabit Amounts, [property: Id(2)] long LastTicks);

/// <summary>
/// A card's habit per merchant category, sorted by hash. Beyond <see cref="Capacity"/> the one longest unused goes; up to there any order of events gives the
/// same.
/// </summary>
[GenerateSerializer, Alias("OrleansStream.Fraud.CategoryHabits"), Immutable]
public sealed class CategoryHabits : IEquatable<CategoryHabits>
{
    /// <summary>Households shop in about a dozen categories.</summary>
    public const int Capacity = 20;

    [Id(0)]
    private readonly ImmutableArray<CategoryHabit> _items;

    private CategoryHabits(ImmutableArray<CategoryHabit> items) => _items = items;

    public static CategoryHabits Empty { get; } = new([]);

    public ImmutableArray<CategoryHabit> Items => _items;

    /// <summary>The habit in a category; of count 0 when the card never bought there.</summary>
    public AmountHabit Of(string? category)
    {
        var hash = HashOf(category);
        foreach (var item in _items)
        {
            if (item.Hash == hash)
                return item.Amounts;
        }

        return default;
    }

    public CategoryHabits Add(string? category, int milli, long ticks)
    {
        var hash = HashOf(category);
        var position = 0;
        while (position < _items.Length && _items[position].Hash < hash)
            position++;
        if (position < _items.Length && _items[position].Hash == hash)
        {
            var items = _items.AsSpan().ToArray();
            var known = items[position];
            items[position] = new CategoryHabit(hash, known.Amounts.Add(milli), Math.Max(known.LastTicks, ticks));
            return new CategoryHabits(ImmutableCollectionsMarshal.AsImmutableArray(items));
        }

        var more = _items.Insert(position, new CategoryHabit(hash, default(AmountHabit).Add(milli), ticks));
        return new CategoryHabits(more.Length <= Capacity ? more : more.Remove(more.MinBy(item => (item.LastTicks, item.Hash))));
    }

    /// <summary>Without an amount that was added before; the same when the category is forgotten.</summary>
    public CategoryHabits Remove(string? category, int milli)
    {
        var hash = HashOf(category);
        for (var i = 0; i < _items.Length; i++)
        {
            if (_items[i].Hash == hash)
                return new CategoryHabits(_items[i].Amounts.Count <= 1 ? _items.RemoveAt(i) : _items.SetItem(i, _items[i] with { Amounts = _items[i].Amounts.Remove(milli) }));
        }

        return this;
    }

    public bool Equals(CategoryHabits? other) => other is not null && _items.AsSpan().SequenceEqual(other._items.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as CategoryHabits);

    public override int GetHashCode() => _items.IsEmpty ? 0 : HashCode.Combine(_items.Length, _items[^1]);

    /// <summary>All that is not named counts as one category.</summary>
    private static ulong HashOf(string? category)
    {
        ReadOnlySpan<char> name = category;
        Span<char> lower = stackalloc char[256];
        name = name.Length > lower.Length ? name[..lower.Length] : name;
        for (var i = 0; i < name.Length; i++)
            lower[i] = char.IsAsciiLetterUpper(name[i]) ? (char)(name[i] | 0x20) : name[i];
        return XxHash3.HashToUInt64(MemoryMarshal.AsBytes(lower[..name.Length]));
    }
}
