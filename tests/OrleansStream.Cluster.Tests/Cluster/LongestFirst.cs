using OrleansStream.Cluster.Tests.Cluster;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>The class that takes minutes begins first: begun last, it runs on alone while nothing is left to run beside it.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName.Contains(nameof(SiloFailureTests), StringComparison.Ordinal) ? 0 : 1)];
}
