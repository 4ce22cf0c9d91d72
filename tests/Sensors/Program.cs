using OrleansStream.Local;
using OrleansStream.Streams.Processing;
using Sensors;

return await LocalProgram.RunAsync(args, builder => builder.Services.AddStreamProcessor<SensorProcessor>());
