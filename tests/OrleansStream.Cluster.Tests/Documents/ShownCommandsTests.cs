namespace OrleansStream.Cluster.Tests.Documents;

/// <summary>The comparison itself: it must see what is wrong.</summary>
public sealed class ShownCommandsTests
{
    private const string Page = "# A\n\n## Start\n```sh\nrun\n```\n## Tour\nFirst:\n\n```sh\necho 1\n```\n```json\n{\"a\":…,\n \"b\":2}\n```\n\n```sh\necho 2\n```\n\n## Next\n```sh\nno\n```\n";

    [Fact]
    public void AreThoseOfTheSection_WithLineAndOutput()
    {
        var blocks = ShownCommands.Of(Page, "Tour");
        Assert.Equal([(10, "echo 1\n"), (18, "echo 2\n")], blocks.Select(b => (b.Line, b.Commands)));
        Assert.Equal("{\"a\":…,\n \"b\":2}\n", blocks[0].Output);
        Assert.Null(blocks[1].Output);
    }

    [Theory]
    [InlineData("{\"a\":1,\"b\":2}", true)]
    [InlineData("{ \"a\": [1, 2],\n  \"b\": 2 }\n", true)]
    [InlineData("{\"a\":1,\"b\":3}", false)]
    [InlineData("{\"a\":1,\"b\":2}{}", false)]
    [InlineData("", false)]
    public void AreCompared_WhenSomethingWasPrinted(string printed, bool shows) => Assert.Equal(shows, ShownCommands.Of(Page, "Tour")[0].Shows(printed));
}
