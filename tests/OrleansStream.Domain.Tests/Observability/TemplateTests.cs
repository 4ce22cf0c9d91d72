using CsCheck;
using OrleansStream.Domain.Observability.Signals;
using OrleansStream.Domain.Observability.Templates;

namespace OrleansStream.Domain.Tests.Observability;

public sealed class TemplateTests
{
    [Theory]
    [InlineData("Connected to 10.0.3.7:5432 in 12ms", "Connected to <*> in <*>")]
    [InlineData("user=17 order=8b1a9953-c461-1296-a827-abf8c47804d7 paid", "user=<*> order=<*> paid")]
    [InlineData("Cannot open '/var/log/a.log'", "Cannot open <*>")]
    [InlineData("GET /items/42?page=3 HTTP/1.1", "GET /items/<*>?page=<*> HTTP/<*>")]
    [InlineData("""203.0.113.9 - - [17/May/2015:10:05:03 +0000] "GET /a/b.png HTTP/1.1" 200 2030 "-" "Mozilla/5.0 (X11)" """, """<*> - - [<*>/May/<*> <*>] "GET <*>" 200 <*> <*> <*>""")]
    [InlineData("took \"GET /a\" 2030 ms", "took \"GET <*>\" <*> ms")]
    [InlineData("v1 of utf8 is kept, it's a name", "v1 of utf8 is kept, it's a name")]
    [InlineData("token deadbeefdeadbeefdeadbeef", "token <*>")]
    [InlineData("  spaces\tand\nlines  ", "spaces and lines")]
    [InlineData("", "")]
    public void MasksWhatVaries(string line, string masked) => Assert.Equal(masked, LogMask.Of(line));

    [Fact]
    public void MaskedTextsAreBoundedAndStayAsTheyAre_WhateverTheLine() => Gen.String[0, 400].Sample(line =>
    {
        string masked = LogMask.Of(line);
        Assert.InRange(masked.Length, 0, LogMask.MaxLength);
        Assert.InRange(masked.Count(c => c == ' '), 0, LogMask.MaxTokens * 3);
    });

    [Fact]
    public void LinesOfOneTemplateCount_AndOthersDoNotJoin()
    {
        var miner = new TemplateMiner();
        for (int i = 0; i < 300; i++)
        {
            Add(miner, $"User {(char)('a' + (i % 26))}lice logged in from 10.0.0.{i % 250}");
            if (i % 3 == 0) Add(miner, $"Payment {i} failed with timeout after {i} ms", LogSeverity.Error);
            if (i % 10 == 0) Add(miner, "Cache is cold");
        }
        Assert.Equal(
            [("User <*> logged in from <*>", 300L, LogSeverity.Info), ("Payment <*> failed with timeout after <*> ms", 100L, LogSeverity.Error), ("Cache is cold", 30L, LogSeverity.Info)],
            miner.Templates.Select(t => (t.Text, t.Count, t.Severity)));
        Assert.Equal(430, miner.Lines);
    }

    [Fact]
    public void AccessLogsHaveFewTemplates_AndEveryLineIsInOne()
    {
        var miner = new TemplateMiner();
        var random = new Random(1);
        string[] methods = ["GET", "GET", "GET", "GET", "HEAD", "POST"], agents = ["Mozilla/5.0 (X11; Linux)", "curl/7.1", "-", "Googlebot/2.1 (+http://www.google.com/bot.html)"];
        for (int i = 0; i < 2000; i++)
            Add(miner, $"10.{random.Next(255)}.{random.Next(255)}.7 - - [{1 + random.Next(28)}/May/2015:10:{random.Next(60):00}:03 +0000] \"{methods[i % 6]} /p{i}/x HTTP/1.1\" {(i % 50 == 0 ? 404 : 200)} {random.Next(100_000)} \"http://a/{i}\" \"{agents[i % 4]}\"");
        Assert.Equal(
            [("\"GET <*>\" 200", 1307L), ("\"POST <*>\" 200", 333L), ("\"HEAD <*>\" 200", 320L), ("\"GET <*>\" 404", 27L), ("\"HEAD <*>\" 404", 13L)],
            miner.Templates.Select(t => (string.Join(' ', t.Text.Split(' ')[5..8]), t.Count)));
        Assert.Equal(0, miner.Forgotten);
    }

    [Fact]
    public void NumbersLeftInAMaskedTextKeepLinesApart()
    {
        var miner = new TemplateMiner();
        foreach (int status in (int[])[200, 404, 200, 500]) miner.Add($"GET <*> {status}", 1, LogSeverity.Info, 0);
        Assert.Equal(["GET <*> 200", "GET <*> 404", "GET <*> 500"], miner.Templates.Select(t => t.Text).Order());
    }

    [Fact]
    public void LeastUsedMakeRoom_AndAreCounted()
    {
        var miner = new TemplateMiner();
        for (int i = 0; i < 50; i++) miner.Add("the usual line", 1, LogSeverity.Info, i);
        for (int i = 0; i < 500; i++) miner.Add(string.Join(' ', Enumerable.Range(0, 1 + (i % 30)).Select(w => $"w{(char)('a' + (i % 26))}{(char)('a' + (i / 26))}{(char)('a' + w)}")), 1, LogSeverity.Info, i);
        Assert.Equal(TemplateMiner.MaxTemplates, miner.Count);
        Assert.Equal(("the usual line", 50L), (miner.Templates[0].Text, miner.Templates[0].Count));
        Assert.Equal(550, miner.Templates.Sum(t => t.Count) + miner.Forgotten);
    }

    [Fact]
    public void GoesOnAsBefore_WhenRestored()
    {
        var (miner, other) = (new TemplateMiner(), new TemplateMiner());
        for (int i = 0; i < 40; i++) Add(miner, $"job {(char)('a' + (i % 9))}x done in {i} ms");
        other.Restore(miner.Templates, miner.Forgotten);
        foreach (var each in (TemplateMiner[])[miner, other]) Add(each, "job zz done in 3 ms");
        Assert.Equal(miner.Templates, other.Templates);
    }

    private static void Add(TemplateMiner miner, string line, LogSeverity severity = LogSeverity.Info) => miner.Add(LogMask.Of(line), 1, severity, 0);
}
