using Xunit.Sdk;
using Xunit.v3;

namespace OrleansStream.Cluster.Tests.Cluster;

/// <summary>Methods in the order of their names: those that want the same kind of cluster stand together. None depends on it.</summary>
public sealed class ByName : ITestMethodOrderer
{
    public IReadOnlyCollection<TTestMethod?> OrderTestMethods<TTestMethod>(IReadOnlyCollection<TTestMethod?> testMethods)
        where TTestMethod : notnull, ITestMethod => [.. testMethods.OrderBy(method => method?.MethodName, StringComparer.Ordinal)];
}
