using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansStream.Domain.Fraud;

public sealed partial class FraudPopulation
{
    private const int ItemsPerPiece = 2_000;

    /// <summary>All of it in pieces for <see cref="Load"/>, as it is now: what is copied here does not change while the pieces are written.</summary>
    public IEnumerable<byte[]> Save()
    {
        var pieces = new List<PopulationPiece>
        {
            new()
            {
                Sum = _sum,
                SumOfSquares = _sumOfSquares,
                All = _all.Copy(),
                Categories = _categories.ToDictionary(category => category.Key, category => category.Value.Copy()),
            },
        };
        foreach (var some in _merchants.Chunk(ItemsPerPiece))
            pieces.Add(new PopulationPiece { Merchants = some.ToDictionary(m => m.Key, m => SavedWindow.Of(m.Value)) });
        foreach (var some in _terminals.Chunk(ItemsPerPiece))
            pieces.Add(new PopulationPiece { Terminals = some.ToDictionary(t => t.Key, t => SavedWindow.Of(t.Value)) });
        foreach (var some in _devices.Chunk(ItemsPerPiece))
            pieces.Add(new PopulationPiece { Devices = some.ToDictionary(d => d.Key, d => new SavedDevice(new(d.Value.Cards), SavedWindow.Of(d.Value.Risk))) });
        return pieces.Select(piece => JsonSerializer.SerializeToUtf8Bytes(piece, PopulationJson.Default.PopulationPiece));
    }

    /// <summary>Takes over a piece, in any order.</summary>
    /// <exception cref="JsonException">The bytes are not of <see cref="Save"/>.</exception>
    public void Load(ReadOnlySpan<byte> saved)
    {
        var piece = JsonSerializer.Deserialize(saved, PopulationJson.Default.PopulationPiece) ?? throw new JsonException("There is no piece.");
        if (piece.All is { } all) (_all, _sum, _sumOfSquares) = (all, piece.Sum, piece.SumOfSquares);
        foreach (var (name, category) in piece.Categories) _categories[name] = category;
        foreach (var (id, window) in piece.Merchants) _merchants[id] = window.ToWindow();
        foreach (var (id, window) in piece.Terminals) _terminals[id] = window.ToWindow();
        foreach (var (id, device) in piece.Devices) _devices[id] = DeviceUse.Restore(device.Cards, device.Risk.ToWindow());
    }
}

internal sealed class PopulationPiece
{
    public double Sum { get; set; }
    public double SumOfSquares { get; set; }

    /// <summary>In one piece only.</summary>
    public CategoryRisk? All { get; set; }
    public Dictionary<string, CategoryRisk> Categories { get; set; } = [];
    public Dictionary<string, SavedWindow> Merchants { get; set; } = [];
    public Dictionary<string, SavedWindow> Terminals { get; set; } = [];
    public Dictionary<string, SavedDevice> Devices { get; set; } = [];
}

internal sealed record SavedWindow(int Newest, int[] Transactions, int[] Frauds)
{
    public static SavedWindow Of(RiskWindow window)
    {
        var (newest, transactions, frauds) = window.Save();
        return new SavedWindow(newest, [.. transactions], [.. frauds]);
    }

    public RiskWindow ToWindow() => RiskWindow.Restore(Newest, Transactions, Frauds);
}

internal sealed record SavedDevice(Dictionary<ulong, long> Cards, SavedWindow Risk);

[JsonSerializable(typeof(PopulationPiece))]
internal sealed partial class PopulationJson : JsonSerializerContext;
