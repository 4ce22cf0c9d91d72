using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Testing;

namespace OrleansStream.Gateway.Tests.Alerts;

/// <summary>Prometheus' own tools (Debian: prometheus, prometheus-alertmanager) against the product.</summary>
public sealed class PrometheusToolTests(AlertGateway gateway) : IClassFixture<AlertGateway>
{
    [Fact]
    public async Task AmtoolListsSilencesAndExpires()
    {
        string amtool = ProgramOf("amtool", "prometheus-alertmanager"), name = Given.Id("alert");
        await gateway.PostAsync(name);
        Assert.Contains(name, await RunAsync(amtool, "alert", "query", $"alertname={name}"), StringComparison.Ordinal);
        string id = (await RunAsync(amtool, "silence", "add", $"alertname={name}", "--author", "ana", "--comment", "deploying", "--duration", "1h")).Trim();
        Assert.Contains(id, await RunAsync(amtool, "silence", "query", $"alertname={name}"), StringComparison.Ordinal);
        Assert.DoesNotContain(name, await RunAsync(amtool, "alert", "query", $"alertname={name}"), StringComparison.Ordinal);
        Assert.Contains(name, await RunAsync(amtool, "alert", "query", "--silenced", $"alertname={name}"), StringComparison.Ordinal);
        await RunAsync(amtool, "silence", "expire", id);
        Assert.DoesNotContain(id, await RunAsync(amtool, "silence", "query", $"alertname={name}"), StringComparison.Ordinal);
        Assert.Contains(name, await RunAsync(amtool, "alert", "query", $"alertname={name}"), StringComparison.Ordinal);
        Assert.NotEqual("", await RunAsync(amtool, "config", "show"));
        string other = Given.Id("alert");
        await RunAsync(amtool, "alert", "add", other, "severity=page", "--annotation", "summary=by hand");
        var listed = JsonElement.Parse(await RunAsync(amtool, "alert", "query", "-o", "json", $"alertname={other}"));
        Assert.Equal("page", listed[0].GetProperty("labels").GetProperty("severity").GetString());
    }

    [Fact]
    public async Task PrometheusScrapesAndSendsItsAlerts()
    {
        string prometheus = ProgramOf("prometheus", "prometheus"), name = Given.Id("alert").Replace('-', '_');
        using var data = new ScratchDirectory();
        string target = gateway.Http.BaseAddress!.Authority;
        await File.WriteAllTextAsync(Path.Combine(data.Path, "rules.yml"), $"groups:\n- name: test\n  rules:\n  - alert: {name}\n    expr: up{{job=\"orleansstream\"}} == 1\n    labels: {{severity: page}}\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(data.Path, "prometheus.yml"),
            $"global: {{scrape_interval: 200ms, evaluation_interval: 200ms}}\nrule_files: [rules.yml]\nscrape_configs:\n- job_name: orleansstream\n  static_configs: [{{targets: ['{target}']}}]\n" +
            $"alerting:\n  alertmanagers:\n  - api_version: v2\n    static_configs: [{{targets: ['{target}']}}]\n", TestContext.Current.CancellationToken);
        var url = FreePorts.Url(0);
        var start = new ProcessStartInfo(prometheus) { WorkingDirectory = data.Path, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (string argument in (string[])["--config.file=prometheus.yml", "--storage.tsdb.path=data", $"--web.listen-address={url.Authority}"]) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            JsonElement alert = default;
            for (long started = Environment.TickCount64; alert.ValueKind == JsonValueKind.Undefined; await Task.Delay(100, TestContext.Current.CancellationToken))
            {
                alert = (await gateway.ManagerAsync(HttpMethod.Get, $"alerts?filter=alertname={name}")).Body.EnumerateArray().FirstOrDefault();
                if (Environment.TickCount64 - started > 90_000) Assert.Fail("Prometheus' alert did not come.");
            }
            Assert.Equal(("page", "orleansstream"), (alert.GetProperty("labels").GetProperty("severity").GetString(), alert.GetProperty("labels").GetProperty("job").GetString()));
            using var http = new HttpClient { BaseAddress = url };
            var answer = JsonElement.Parse(await http.GetStringAsync(new Uri("/api/v1/query?query=count({job=\"orleansstream\"})", UriKind.Relative), TestContext.Current.CancellationToken));
            double series = double.Parse(answer.GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture);
            Assert.True(series > 100, $"Only {series} series were scraped.");
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    /// <summary>Where a program is; without it the test fails under CI and is skipped elsewhere.</summary>
    private static string ProgramOf(string program, string package)
    {
        string? found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(directory => Path.Combine(directory, program)).FirstOrDefault(File.Exists);
        string missing = $"{program} is not installed (Debian: {package}).";
        if (found is null && Environment.GetEnvironmentVariable("CI") is "true" or "1") Assert.Fail(missing);
        Assert.SkipWhen(found is null, missing);
        return found!;
    }

    private async Task<string> RunAsync(string amtool, params string[] arguments)
    {
        var start = new ProcessStartInfo(amtool) { RedirectStandardError = true, RedirectStandardOutput = true, Environment = { ["HOME"] = Path.GetTempPath() } };
        start.ArgumentList.Add($"--alertmanager.url={gateway.Http.BaseAddress}");
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"amtool {string.Join(' ', arguments)} ended with {process.ExitCode}: {await output} {await error}");
        return await output;
    }
}
