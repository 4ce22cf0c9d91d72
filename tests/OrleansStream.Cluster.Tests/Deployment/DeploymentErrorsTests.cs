using Microsoft.Extensions.Configuration;
using OrleansStream.ServiceDefaults;
using OrleansStream.ServiceDefaults.Deployment;

namespace OrleansStream.Cluster.Tests.Deployment;

/// <summary>What refuses to start, and that the message says the way out.</summary>
public sealed class DeploymentErrorsTests
{
    private const string Db = "ConnectionStrings:orleansdb=Host=db", Kafka = "ConnectionStrings:kafka=k:9092", Key = "OrleansStream:Auth:BootstrapKeyFile=/run/key";

    [Theory]
    [InlineData(DeploymentRole.Local)]
    [InlineData(DeploymentRole.Local, "OrleansStream:Log=kafka", Kafka)]
    [InlineData(DeploymentRole.Local, "OrleansStream:Storage:Provider=postgres", Db)]
    [InlineData(DeploymentRole.Silo, Db, Kafka)]
    [InlineData(DeploymentRole.Silo, "ConnectionStrings:other=Host=db", Kafka, "Orleans:Clustering:ProviderType=PostgresDatabase", "Orleans:Clustering:ServiceKey=other", "Orleans:Reminders:ProviderType=PostgresDatabase", "Orleans:Reminders:ServiceKey=other")]
    [InlineData(DeploymentRole.Silo, Db, "OrleansStream:Kafka:BootstrapServers=k:9092")]
    [InlineData(DeploymentRole.Silo, Db, "ConnectionStrings:broker=k:9092", "Orleans:Streaming:events:ProviderType=KafkaServer", "Orleans:Streaming:events:ServiceKey=broker")]
    [InlineData(DeploymentRole.Gateway, Db, Kafka, Key)]
    [InlineData(DeploymentRole.Gateway, Db, Kafka, "OrleansStream:Auth:BootstrapKey=osk_0123456789")]
    [InlineData(DeploymentRole.Web, "OrleansStream:Web:GatewayUrl=http://gateway")]
    [InlineData(DeploymentRole.Web, "services:gateway:http:0=http://localhost:5080")]
    public void Starts_WhenTheConfigurationCanWork(DeploymentRole role, params string[] settings) => Assert.Empty(Errors(role, settings));

    [Theory]
    [InlineData("Set it to kafka", DeploymentRole.Silo, Db, Kafka, "OrleansStream:Log=embedded")]
    [InlineData("Set it to kafka", DeploymentRole.Gateway, Db, Kafka, Key, "OrleansStream:Log=embedded")]
    [InlineData("Set it to postgres", DeploymentRole.Silo, Db, Kafka, "OrleansStream:Storage:Provider=sqlite")]
    [InlineData("set it to embedded or kafka", DeploymentRole.Local, "OrleansStream:Log=files")]
    [InlineData("set it to sqlite or postgres", DeploymentRole.Local, "OrleansStream:Storage:Provider=mysql")]
    [InlineData("set ConnectionStrings:kafka", DeploymentRole.Local, "OrleansStream:Log=kafka")]
    [InlineData("set ConnectionStrings:kafka", DeploymentRole.Silo, Db)]
    [InlineData("set ConnectionStrings:orleansdb", DeploymentRole.Local, "OrleansStream:Storage:Provider=postgres")]
    [InlineData("set ConnectionStrings:orleansdb", DeploymentRole.Gateway, Kafka, Key)]
    [InlineData("Leave it out", DeploymentRole.Local, "Orleans:Clustering:ProviderType=AdoNet")]
    [InlineData("set it to AdoNet or PostgresDatabase", DeploymentRole.Silo, Db, Kafka, "Orleans:Clustering:ProviderType=Memory")]
    [InlineData("leave it out", DeploymentRole.Gateway, Db, Kafka, Key, "OrleansStream:Auth:Mode=Open")]
    [InlineData("set OrleansStream:Auth:BootstrapKeyFile", DeploymentRole.Gateway, Db, Kafka)]
    [InlineData("set OrleansStream:Web:GatewayUrl", DeploymentRole.Web)]
    [InlineData("at 'gateway:80'", DeploymentRole.Web, "OrleansStream:Web:GatewayUrl=gateway:80")]
    public void SaysTheWayOut_WhenTheConfigurationCannotWork(string fix, DeploymentRole role, params string[] settings) =>
        Assert.Contains(Errors(role, settings), error => error.Contains(fix, StringComparison.Ordinal));

    [Fact]
    public void ReportsAllErrors_WhenThereAreSeveral() =>
        // The log, the storage, the database of the reminders, and that others cannot see the cluster.
        Assert.Equal(4, Errors(DeploymentRole.Silo, "OrleansStream:Log=embedded", "OrleansStream:Storage:Provider=sqlite", "Orleans:Clustering:ProviderType=Development").Count);

    private static IReadOnlyList<string> Errors(DeploymentRole role, params string[] settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings.Select(s => s.Split('=', 2)).ToDictionary(s => s[0], s => (string?)s[1]));
        configuration.AddFallback(OrleansDefaults.Of(configuration, role));
        return DeploymentErrors.Of(configuration, role);
    }
}
