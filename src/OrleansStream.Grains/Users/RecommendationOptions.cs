using System.ComponentModel.DataAnnotations;

namespace OrleansStream.Grains.Users;

/// <summary>Bounds of what recommendations keep in memory, section <c>OrleansStream:Recommendations</c>. The same in all silos.</summary>
public sealed class RecommendationOptions
{
    public const string Section = "OrleansStream:Recommendations";

    /// <summary>Sessions in the neighbour index, the newest; about 150 bytes each with their items. Default 1,000,000.</summary>
    [Range(1_000, 20_000_000)] public int MaxSessions { get; set; } = 1_000_000;

    /// <summary>Items in the neighbour index; about 200 bytes each. Default 2,000,000.</summary>
    [Range(1_000, 20_000_000)] public int MaxItems { get; set; } = 2_000_000;

    /// <summary>Items of the catalogue; about 150 bytes each and its JSON. What comes beyond is not kept. Default 2,000,000.</summary>
    [Range(1_000, 20_000_000)] public int MaxCatalogItems { get; set; } = 2_000_000;
}
