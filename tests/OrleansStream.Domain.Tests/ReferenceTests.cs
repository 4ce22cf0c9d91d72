using OrleansStream.Domain.Fraud;

namespace OrleansStream.Domain.Tests;

public sealed class ReferenceTests
{
    // The BCL's own assemblies that a pure domain may use, by name: System.Net or System.Threading.Tasks would not be pure.
    private static readonly string[] Allowed =
    [
        "Orleans.Serialization", "Orleans.Serialization.Abstractions", "System.IO.Hashing",
        "System.Collections", "System.Collections.Immutable", "System.Linq", "System.Memory", "System.Runtime",
        "System.Runtime.InteropServices", // CollectionsMarshal: values of a dictionary in place.
        "System.Text.Json", "System.Text.Encodings.Web", "System.Text.Encoding.Extensions", "System.Text.RegularExpressions",
        "System.Security.Cryptography", // The signature of a webhook: a function of secret and bytes.
    ];

    [Fact]
    public void AreFewAndPure_WhenTheDomainIsBuilt()
    {
        var references = typeof(FraudRules).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!);
        Assert.Empty(references.Except(Allowed));
    }
}
