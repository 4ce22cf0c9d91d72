// The whole topology. Every name here arrives at the processes as configuration: OrleansDefaults says which keys.
var builder = DistributedApplication.CreateBuilder(args);

// What `aspire publish -- --PublishTarget kubernetes` (a Helm chart) or `… compose` makes of it. One at a time: two environments would both claim every resource.
switch (builder.Configuration["PublishTarget"])
{
    case null or "": break;
    case "kubernetes": builder.AddKubernetesEnvironment("kubernetes"); break;
    case "compose": builder.AddDockerComposeEnvironment("compose"); break;
    case var other: throw new InvalidOperationException($"PublishTarget is '{other}': set it to kubernetes or compose, or leave it out.");
}

// Made once and kept in the user secrets: the volumes outlive a run, and what is in them knows these. Published, whoever deploys gives them.
var password = builder.AddParameter("postgres-password", new GenerateParameterDefault { MinLength = 24, Special = false }, secret: true, persist: true);
var firstKey = builder.AddParameter("first-key", new GenerateParameterDefault { MinLength = 40, Special = false }, secret: true, persist: true);

var database = builder.AddPostgres("postgres", password: password)
    .WithEnvironment("POSTGRES_DB", "orleansdb") // Published, nobody else creates it.
    .WithDataVolume("orleansstream-postgres")
    .AddDatabase("orleansdb");
var kafka = builder.AddKafka("kafka").WithKafkaUI().WithDataVolume("orleansstream-kafka");

var orleans = builder.AddOrleans("orleans")
    .WithClusterId("orleansstream")
    .WithServiceId("orleansstream") // Names the rows in the database: a random one would find nothing of the last run.
    .WithClustering(database)
    .WithGrainStorage("Default", database)
    .WithReminders(database)
    .WithStreaming("events", kafka);

builder.AddProject<Projects.OrleansStream_Silo>("silo")
    .WithReference(orleans)
    .WithReference(database)
    .WithReference(kafka)
    .WithHttpEndpoint()
    .WithHttpHealthCheck("/health/ready")
    .WithReplicas(2)
    .WaitFor(database)
    .WaitFor(kafka);

// Waits for no silo: it accepts events as soon as Kafka does.
var gateway = builder.AddProject<Projects.OrleansStream_Gateway>("gateway")
    .WithReference(orleans.AsClient())
    .WithReference(database)
    .WithReference(kafka)
    .WithEnvironment("OrleansStream__Auth__BootstrapKey", $"osk_{firstKey}")
    .WithHttpEndpoint(port: 5080)
    .WithHttpHealthCheck("/health/ready")
    .WithExternalHttpEndpoints()
    .WaitFor(database)
    .WaitFor(kafka);

builder.AddProject<Projects.OrleansStream_Web>("web")
    .WithReference(gateway)
    .WithEnvironment("OrleansStream__Web__ApiKey", $"osk_{firstKey}")
    .WithHttpEndpoint(port: 5090)
    .WithHttpHealthCheck("/health/ready")
    .WithExternalHttpEndpoints()
    .WaitFor(gateway);

await builder.Build().RunAsync();
