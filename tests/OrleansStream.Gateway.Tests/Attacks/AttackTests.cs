using System.Globalization;
using OrleansStream.Gateway.Tests.Auth;

namespace OrleansStream.Gateway.Tests.Attacks;

/// <summary>Good traffic beside attackers with keys of their own, for as long as ORLEANSSTREAM_ATTACK_SECONDS says for each kind; <c>eng/attack</c> starts it.</summary>
public sealed class AttackTests
{
    private const string Variable = "ORLEANSSTREAM_ATTACK_SECONDS";

    /// <summary>What an attack may make of the good traffic's p99.</summary>
    private const double WorstFactor = 2;

    [Fact]
    public async Task GoodTrafficGoesOn_WhateverTheAttack()
    {
        string? told = Environment.GetEnvironmentVariable(Variable);
        Assert.SkipUnless(told is not null, $"Attacks for {Variable} seconds each when that is set: eng/attack.");
        var time = TimeSpan.FromSeconds(double.Parse(told!, CultureInfo.InvariantCulture));
        await using var gateway = new KeyedGateway();
        await gateway.InitializeAsync();
        var (_, good) = await gateway.CreateAsync("ingest", "read");
        var (_, bad) = await gateway.CreateAsync("ingest", "read");
        // What is compiled at its first use is not what is measured.
        await GoodTraffic.RunAsync(gateway.Url, good, TimeSpan.FromSeconds(5));
        var quiet = await GoodTraffic.RunAsync(gateway.Url, good, time);
        Console.WriteLine($"without an attack: {quiet}");
        var broken = new List<string>();
        foreach (var (name, attack) in AttackKinds.All)
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            var attacking = attack(gateway.Url, bad, end.Token);
            var beside = await GoodTraffic.RunAsync(gateway.Url, good, time);
            await end.CancelAsync();
            double factor = beside.P99 / quiet.P99;
            string answers = await attacking;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {beside}, {factor:0.00} times the p99; attack: {answers}"));
            if (beside.Failed > 0 || factor > WorstFactor) broken.Add(name);
        }
        Assert.Empty(broken);
    }
}
