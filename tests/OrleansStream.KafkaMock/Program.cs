using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using OrleansStream.KafkaMock;

// A Kafka cluster for tests in a process of its own: lives until its input ends or it is told to stop.
//   --brokers N         default 1
//   --port P            where to bootstrap from; default: the brokers' own, random ports
//   --topics a=4,b      created at start; one partition when no number is given
//   --keep N            records kept of each of their partitions, more or less; default: as many as the cluster keeps by itself
// Prints "bootstrap host:port" when it is ready. Lines of its input: "down B", "up B", "rtt B MS", "leader TOPIC PARTITION B".
string Value(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at && at + 1 < args.Length ? args[at + 1] : otherwise;
static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

using var cluster = new KafkaMockCluster(Number(Value("--brokers", "1")));
var topics = Value("--topics", "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(t => t.Split('=')).ToDictionary(t => t[0], t => t.Length > 1 ? Number(t[1]) : 1);
foreach (var (topic, partitions) in topics) cluster.CreateTopic(topic, partitions, cluster.Brokers);
int keep = Number(Value("--keep", "0"));
using var retention = keep == 0 ? null : new Retention(cluster, topics, keep);
int port = Number(Value("--port", "0"));
using var forward = port == 0 ? null : new PortForward(port, IPEndPoint.Parse(cluster.Bootstrap.Split(',')[0]));
forward?.Start();
var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
{
    context.Cancel = true;
    stopped.TrySetResult();
});
Console.WriteLine($"bootstrap {(port == 0 ? cluster.Bootstrap : $"127.0.0.1:{port}")}");
var commands = Task.Run(async () =>
{
    while (await Console.In.ReadLineAsync() is { } line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        switch (words)
        {
            case ["down", var broker]: cluster.SetDown(Number(broker)); break;
            case ["up", var broker]: cluster.SetUp(Number(broker)); break;
            case ["rtt", var broker, var ms]: cluster.SetRoundTrip(TimeSpan.FromMilliseconds(Number(ms)), Number(broker)); break;
            case ["leader", var topic, var partition, var broker]: cluster.SetLeader(topic, Number(partition), Number(broker)); break;
            case []: continue;
            default: Console.WriteLine($"unknown command: {line}"); continue;
        }
        Console.WriteLine($"done {line}");
    }
});
await Task.WhenAny(stopped.Task, commands);
