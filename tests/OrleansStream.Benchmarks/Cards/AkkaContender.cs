using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;

namespace OrleansStream.Benchmarks.Cards;

/// <summary>Akka.NET's cluster sharding on one node, an actor per card, told each payment; nothing is durable.</summary>
internal sealed class AkkaContender(CardWorkload work) : CardContender(work)
{
    private const string Settings = """
        akka {
          loglevel = ERROR
          actor.provider = cluster
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
          cluster.sharding { state-store-mode = ddata, remember-entities = off }
        }
        """;
    private ActorSystem? _system;
    private IActorRef _cards = ActorRefs.Nobody;

    public override string Contract => "nothing";

    public override async Task StartAsync()
    {
        _system = ActorSystem.Create("bench", ConfigurationFactory.ParseString(Settings).WithFallback(ClusterSharding.DefaultConfig()));
        var cluster = Akka.Cluster.Cluster.Get(_system);
        await cluster.JoinAsync(cluster.SelfAddress);
        _cards = await ClusterSharding.Get(_system).StartAsync("card", _ => Props.Create<CardActor>(), ClusterShardingSettings.Create(_system), new Router());
    }

    protected override Task ProduceAsync(int from, int count) => OneByOneAsync(from, count, Post);

    public override void Post(int number) => _cards.Tell(Work.Payment(number), ActorRefs.NoSender);

    public override async ValueTask DisposeAsync()
    {
        if (_system is not null) await _system.Terminate();
        await base.DisposeAsync();
    }

    private sealed class Router() : HashCodeMessageExtractor(maxNumberOfShards: 100)
    {
        public override string EntityId(object message) => (message as CardPayment)?.Card ?? "";
    }

    private sealed class CardActor : UntypedActor
    {
        private CardHistory _history = CardHistory.Empty;

        protected override void OnReceive(object message)
        {
            if (message is not CardPayment payment) return;
            (_history, var verdict) = CardCheck.Decide(_history, payment);
            Verdicts.Add(verdict);
        }
    }
}
