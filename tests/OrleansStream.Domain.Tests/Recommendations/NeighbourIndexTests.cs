using CsCheck;
using OrleansStream.Domain.Recommendations.Neighbours;

namespace OrleansStream.Domain.Tests.Recommendations;

public sealed class NeighbourIndexTests
{
    private static readonly NeighbourOptions Small = NeighbourOptions.Default with { MaxSessions = 20, MaxItems = 15, MaxSessionItems = 6, SessionsPerItem = 4 };

    private static readonly Gen<(ulong Session, string Item)[]> Clicks =
        Gen.Select(Gen.ULong[1, 30], Gen.Int[0, 24]).Select((session, item) => (session, $"item-{item}")).Array[0, 200];

    [Fact]
    public void CountsAClickAtOnce_WhenAnotherSessionHasJustMadeIt()
    {
        var index = new NeighbourIndex(Small);
        index.Add(1, "shoe");
        index.Add(2, "shoe");
        Assert.DoesNotContain(Ask(index, ["shoe"], 2), next => next.Item == "sock");

        index.Add(1, "sock");

        var next = Ask(index, ["shoe"], 2)[0];
        Assert.Equal(("sock", false), (next.Item, next.IsOwn));
        Assert.Equal(["shoe"], next.Because);
    }

    [Fact]
    public void IsNoNeighbourOfItself_WhenOnlyTheSessionHasTheItems()
    {
        var index = new NeighbourIndex(Small);
        index.Add(1, "shoe");
        index.Add(1, "sock");
        Assert.All(Ask(index, ["shoe", "sock"], 1), next => Assert.True(next.IsOwn));
    }

    [Fact]
    public void SaysNothing_WhenNobodyHasTheItem() => Assert.Empty(Ask(new NeighbourIndex(Small), ["unknown"], 0));

    [Fact]
    public void LearnsWhetherVisitorsGoBack_WhenTheyDoAndWhenTheyDoNot()
    {
        var (back, onward) = (new NeighbourIndex(), new NeighbourIndex());
        for (ulong session = 1; session <= 200; session++)
        {
            foreach (string item in (string[])["a", "b", "a", "b", "a"]) back.Add(session, item);
            foreach (string item in (string[])["a", "b", "c", "d", "e"]) onward.Add(session, item);
        }
        Assert.Equal("a", Ask(back, ["a", "b"], 0)[0].Item);
        Assert.Equal("c", Ask(onward, ["a", "b"], 0)[0].Item);
    }

    [Fact]
    public void PrefersTheRecentSession_WhenMoreHaveTheItemThanAreLookedAt()
    {
        var index = new NeighbourIndex(Small with { MaxSessions = 100 });
        for (ulong session = 1; session <= 10; session++)
        {
            index.Add(session, "shoe");
            index.Add(session, session <= 6 ? "old" : "new");
        }
        // Four of the ten are looked at, the last.
        var next = Ask(index, ["shoe"], 0).Select(n => n.Item).ToList();
        Assert.Contains("new", next);
        Assert.DoesNotContain("old", next);
    }

    [Fact]
    public void KeepsItsBounds_WhateverComes() => Clicks.Sample(clicks =>
    {
        var index = new NeighbourIndex(Small);
        foreach (var (session, item) in clicks)
        {
            index.Add(session, item);
            if (index.SessionCount > Small.MaxSessions || index.ItemCount > Small.MaxItems || index.ItemsOf(session).Count > Small.MaxSessionItems) return false;
            if (index.ItemsOf(session)[^1] != item) return false;
        }
        return true;
    });

    [Fact]
    public void CountsSessionsOfAnItemAsARecountDoes_WhateverComes() => Clicks.Sample(clicks =>
    {
        var index = new NeighbourIndex(Small);
        foreach (var (session, item) in clicks) index.Add(session, item);
        for (int item = 0; item < 25; item++)
        {
            int counted = 0;
            for (ulong session = 1; session <= 30; session++) counted += index.ItemsOf(session).Contains($"item-{item}") ? 1 : 0;
            if (index.SessionsWith($"item-{item}") != counted) return false;
        }
        return true;
    });

    [Fact]
    public void AnswersAlike_WhenItWasStoredAndReadInBetween() => Gen.Select(Clicks, Clicks).Sample((before, after) =>
    {
        var whole = new NeighbourIndex(Small);
        foreach (var (session, item) in before) whole.Add(session, item);
        var pieces = whole.Save();
        var restored = new NeighbourIndex(Small);
        foreach (byte[] piece in pieces.ToList()) restored.Load(piece);
        foreach (var (session, item) in after)
        {
            whole.Add(session, item);
            restored.Add(session, item);
        }
        for (int item = 0; item < 24; item++)
            if (!Same(Ask(whole, [$"item-{item}", $"item-{item + 1}"], 3), Ask(restored, [$"item-{item}", $"item-{item + 1}"], 3))) return false;
        return true;
    });

    [Fact]
    public void AnswersWithWhatIsThere_WhenOnlyPartIsRestored() => Clicks.Sample(clicks =>
    {
        var whole = new NeighbourIndex(Small);
        foreach (var (session, item) in clicks) whole.Add(session, item);
        var restored = new NeighbourIndex(Small);
        foreach (byte[] piece in whole.Save())
        {
            restored.Load(piece);
            for (int item = 0; item < 24; item++)
                if (Ask(restored, [$"item-{item}", $"item-{item + 1}"], 0).Any(n => !double.IsFinite(n.Score))) return false;
        }
        return true;
    });

    [Fact]
    public void RanksEachItemOnceByFallingScore_WhateverComes() => Clicks.Sample(clicks =>
    {
        var index = new NeighbourIndex(Small);
        foreach (var (session, item) in clicks) index.Add(session, item);
        var next = Ask(index, ["item-1", "item-2", "item-1"], 0);
        return next.Select(n => n.Item).Distinct().Count() == next.Count && next.Zip(next.Skip(1)).All(pair => pair.First.Score >= pair.Second.Score) && next.All(n => double.IsFinite(n.Score));
    });

    [Fact]
    public void AnswersAlikeTwice_WhenNothingCameInBetween() => Clicks.Sample(clicks =>
    {
        var index = new NeighbourIndex(Small);
        foreach (var (session, item) in clicks) index.Add(session, item);
        return Same(Ask(index, ["item-1", "item-2"], 0), Ask(index, ["item-1", "item-2"], 0));
    });

    [Theory]
    [InlineData(new byte[] { 9 })]
    [InlineData(new byte[] { 2, 0, 200 })]
    [InlineData(new byte[] { 3, 1, 1, 1, 99 })]
    public void Refuses_WhenBytesAreNoPiece(byte[] piece) => Assert.Throws<FormatException>(() => new NeighbourIndex(Small).Load(piece));

    private static List<NextItem> Ask(NeighbourIndex index, string[] session, ulong self)
    {
        var answers = new List<NextItem>();
        index.Query(session, self, 20, answers);
        return answers;
    }

    private static bool Same(List<NextItem> left, List<NextItem> right) =>
        left.Select(n => (n.Item, n.Score, n.IsOwn)).SequenceEqual(right.Select(n => (n.Item, n.Score, n.IsOwn)));
}
