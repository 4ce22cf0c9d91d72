// The whole topology. Every name here arrives at the processes as configuration: OrleansDefaults says which keys.
var builder = DistributedApplication.CreateBuilder(args);

var database = builder.AddPostgres("postgres").WithDataVolume().AddDatabase("orleansdb");
var kafka = builder.AddKafka("kafka").WithDataVolume();

var orleans = builder.AddOrleans("orleans")
    .WithClusterId("orleansstream")
    .WithServiceId("orleansstream") // Names the rows in the database: a random one would find nothing of the last run.
    .WithClustering(database)
    .WithReminders(database)
    .WithGrainStorage("Default", database);

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
builder.AddProject<Projects.OrleansStream_Gateway>("gateway")
    .WithReference(orleans.AsClient())
    .WithReference(kafka)
    .WithEnvironment("OrleansStream__Auth__BootstrapKeyFile", Path.Combine(builder.AppHostDirectory, ".orleansstream", "first-key"))
    .WithHttpEndpoint(port: 5080)
    .WithHttpHealthCheck("/health/ready")
    .WithExternalHttpEndpoints()
    .WaitFor(database)
    .WaitFor(kafka);

await builder.Build().RunAsync();
