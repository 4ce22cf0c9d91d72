using System.Reflection;
using Microsoft.Extensions.Options;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Streams.Tests.Processing;

public class ActiveKeysTests
{
    private readonly List<int> _deactivated = [];

    [Fact]
    public void NobodyGoes_UpToTheLimit()
    {
        var keys = Table(100);

        Enter(keys, 0, 100);

        Assert.Empty(_deactivated);
        Assert.Equal(100, keys.Count);
    }

    [Fact]
    public void OneGoesForEachThatEnters_BeyondTheLimit()
    {
        var keys = Table(100);

        Enter(keys, 0, 1_000);

        Assert.Equal(900, _deactivated.Count);
        Assert.Equal(100, keys.Count);
        Assert.Equal(_deactivated.Count, _deactivated.Distinct().Count());
    }

    [Fact]
    public void WhatIsUsed_StaysAmongManyThatAreNot()
    {
        var keys = Table(1_000);
        var hot = Enter(keys, 0, 100);

        for (int i = 0; i < 200; i++)
        {
            Enter(keys, 1_000 + i * 50, 50);
            foreach (var key in hot) key.Touch();
        }

        Assert.DoesNotContain(_deactivated, id => id < 100);
        Assert.Equal(1_000, keys.Count);
    }

    [Fact]
    public void WhatIsUsedOnce_GoesBeforeWhatIsUsedAgain()
    {
        var keys = Table(1_000);
        foreach (var key in Enter(keys, 0, 500).SelectMany(key => new[] { key, key })) key.Touch();

        foreach (var key in Enter(keys, 1_000, 1_000)) key.Touch();

        Assert.Equal(500, _deactivated.Count);
        Assert.DoesNotContain(_deactivated, id => id < 500);
    }

    [Fact]
    public void SomeoneGoes_WhenAllAreUsedAllTheTime()
    {
        var keys = Table(1_000);
        var all = Enter(keys, 0, 1_000);

        for (int i = 0; i < 10; i++)
        {
            foreach (var key in all.Concat(all)) key.Touch();
            foreach (var key in Enter(keys, 1_000 + i, 1)) key.Touch();
        }

        Assert.Equal(10, _deactivated.Count);
    }

    [Fact]
    public void WhoLeft_IsNotDeactivatedAndMakesRoom()
    {
        var keys = Table(10);
        var all = Enter(keys, 0, 10);
        foreach (var key in all.Take(5)) key.Leave();

        Enter(keys, 10, 5);

        Assert.Empty(_deactivated);
        Assert.Equal(10, keys.Count);
    }

    [Fact]
    public void LeavingTwice_OrAfterBeingAskedToGo_ChangesNothing()
    {
        var keys = Table(2);
        var all = Enter(keys, 0, 4);

        foreach (var key in all)
        {
            key.Leave();
            key.Leave();
        }

        Assert.Equal(2, _deactivated.Count);
        Assert.Equal(0, keys.Count);
    }

    [Fact]
    public void CountStaysWithinTheLimit_UnderConcurrentUse()
    {
        var keys = Table(500);

        Parallel.For(0, 8, worker =>
        {
            var random = new Random(worker);
            var own = new List<ActiveKey>();
            for (int i = 0; i < 5_000; i++)
            {
                own.Add(keys.Enter(Context(worker * 1_000_000 + i)));
                own[random.Next(own.Count)].Touch();
                if (random.Next(3) == 0) own[random.Next(own.Count)].Leave();
                Assert.InRange(keys.Count, 0, 500);
            }
        });

        Assert.Equal(_deactivated.Count, _deactivated.Distinct().Count());
    }

    private static ActiveKeys Table(int limit) => new(Options.Create(new StreamEngineOptions { MaxActiveKeys = limit }));

    private List<ActiveKey> Enter(ActiveKeys keys, int from, int count) => [.. Enumerable.Range(from, count).Select(id => keys.Enter(Context(id)))];

    private IGrainContext Context(int id)
    {
        var context = DispatchProxy.Create<IGrainContext, ContextProxy>();
        ((ContextProxy)(object)context).Deactivated = () =>
        {
            lock (_deactivated) _deactivated.Add(id);
        };
        return context;
    }

    /// <summary>An activation of which only the deactivation matters.</summary>
    public class ContextProxy : DispatchProxy
    {
        internal Action Deactivated { get; set; } = () => { };

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            if (targetMethod!.Name != nameof(IGrainContext.Deactivate)) throw new NotSupportedException(targetMethod.Name);
            Deactivated();
            return null;
        }
    }
}
