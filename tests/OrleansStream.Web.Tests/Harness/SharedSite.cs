namespace OrleansStream.Web.Tests.Harness;

/// <summary>
/// One product for the classes that bear each other's events: one after the other, each with cards, services and conversations of its own. Who starts and stops the demo load, or
/// the product, has a <see cref="LocalSite"/> to itself.
/// </summary>
[CollectionDefinition(nameof(SharedSite))]
public sealed class SharedSite : ICollectionFixture<LocalSite>;
