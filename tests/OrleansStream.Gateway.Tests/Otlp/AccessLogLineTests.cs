using OrleansStream.Otlp.AccessLogs;

namespace OrleansStream.Gateway.Tests.Otlp;

public sealed class AccessLogLineTests
{
    [Theory]
    [InlineData("""203.0.113.9 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.gif?x=1 HTTP/1.0" 200 2326""", "203.0.113.9", "GET", "/a.gif?x=1", 200, 2326)]
    [InlineData("""2001:db8::1 - - [10/Oct/2000:13:55:36 -0700] "POST /b HTTP/2.0" 304 - "http://x/" "Agent [1] \"quoted\"" """, "2001:db8::1", "POST", "/b", 304, 0)]
    [InlineData("""shop.example:443 203.0.113.9 - - [10/Oct/2000:13:55:36 -0700] "HEAD / HTTP/1.1" 503 0 "-" "-" 0.004""", "203.0.113.9", "HEAD", "/", 503, 0)]
    [InlineData("""203.0.113.9 - - [10/Oct/2000:13:55:36 -0700] "\x16\x03\"" 400 226 "-" "-" """, "203.0.113.9", "", """\x16\x03\" """, 400, 226)]
    [InlineData("""203.0.113.9 - - [10/Oct/2000:13:55:36 -0700] "-" 408 0""", "203.0.113.9", "", "-", 408, 0)]
    public void IsRead_WhenItIsALine(string text, string client, string method, string path, int status, long bytes)
    {
        Assert.True(AccessLogLine.TryParse(text.TrimEnd(), out var line));
        Assert.Equal((client, method, path.TrimEnd(), status, bytes), (line.Client, line.Method, line.Path, line.Status, line.Bytes));
        Assert.Equal(new DateTimeOffset(2000, 10, 10, 13, 55, 36, TimeSpan.FromHours(-7)), line.Time);
    }

    [Theory]
    [InlineData("")]
    [InlineData("user [4711] said \"hello\" 200 times")]
    [InlineData("""203.0.113.9 - - [10/Foo/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 2326""")]
    [InlineData("""203.0.113.9 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0 200 2326""")]
    [InlineData("""203.0.113.9 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 999 2326""")]
    [InlineData("""203.0.113.9 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" """)]
    public void IsNone_WhenSomethingElseStandsThere(string text) => Assert.False(AccessLogLine.TryParse(text, out _));
}
