using System.Text;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using OrleansStream.Gateway.Tests.Harness;
using OrleansStream.Otlp.Protocol;
using OrleansStream.Streams.Log;
using StatusCode = Grpc.Core.StatusCode;

namespace OrleansStream.Gateway.Tests.Otlp;

/// <summary>OTLP/gRPC with a client made from the protocol's services.</summary>
public sealed class OtlpGrpcTests(OtlpHost host) : IClassFixture<OtlpHost>, IDisposable
{
    private readonly GrpcChannel _channel = GrpcChannel.ForAddress(host.Grpc, new GrpcChannelOptions { MaxSendMessageSize = null });

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task TakesAllThreeSignals_WhenTheyCome()
    {
        string service = Given.Id("service");
        Assert.Null((await new LogsService.LogsServiceClient(_channel).ExportAsync(Otlp.Logs(service, Otlp.Log("hello")), cancellationToken: Stop)).PartialSuccess);
        Assert.Null((await new MetricsService.MetricsServiceClient(_channel).ExportAsync(Otlp.Metrics(service, Otlp.Gauge("g", Otlp.Point(1))), cancellationToken: Stop)).PartialSuccess);
        Assert.Null((await new TraceService.TraceServiceClient(_channel).ExportAsync(Otlp.Spans(service, Otlp.Span()), cancellationToken: Stop)).PartialSuccess);
        Assert.Equal(3, (await host.SignalsAsync(service, s => s.Count == 3)).Count);
    }

    [Fact]
    public async Task IsPartialSuccess_WhenOneRecordIsBad()
    {
        var answer = await new TraceService.TraceServiceClient(_channel).ExportAsync(Otlp.Spans("a", Otlp.Span(), new Span()), cancellationToken: Stop);
        Assert.Equal(1, answer.PartialSuccess.RejectedSpans);
        Assert.NotEmpty(answer.PartialSuccess.ErrorMessage);
    }

    [Fact]
    public async Task CountsOnce_WhenTheSameComesByHttpToo()
    {
        string service = Given.Id("service");
        var export = Otlp.Logs(service, Otlp.Log("once"));
        await new LogsService.LogsServiceClient(_channel).ExportAsync(export, new Metadata { { "grpc-internal-encoding-request", "gzip" } }, cancellationToken: Stop);
        using var response = await host.Own.PostAsync("/v1/logs", Otlp.Content(export), Stop);
        Assert.True(response.IsSuccessStatusCode);
        Assert.Single(await host.SignalsAsync(service, s => s.Count > 0));
    }

    [Fact]
    public async Task IsInvalidArgument_WhenTheBytesAreNoExport()
    {
        var bytes = Marshallers.Create<byte[]>(b => b, b => b);
        var method = new Method<byte[], byte[]>(MethodType.Unary, "opentelemetry.proto.collector.logs.v1.LogsService", "Export", bytes, bytes);
        var e = await Assert.ThrowsAsync<RpcException>(() => _channel.CreateCallInvoker().AsyncUnaryCall(method, null, new CallOptions(cancellationToken: Stop), [0x0a, 0xff, 0x01]).ResponseAsync);
        Assert.Equal(StatusCode.InvalidArgument, e.StatusCode);
        Assert.Equal((int)Code.InvalidArgument, e.GetRpcStatus()?.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task IsResourceExhaustedForGood_WhenTheExportIsTooLarge(bool gzip)
    {
        var export = Otlp.Logs("a", Otlp.Log(new string('x', (20 << 20) + 1)));
        var headers = new Metadata();
        if (gzip) headers.Add("grpc-internal-encoding-request", "gzip");
        var e = await Assert.ThrowsAsync<RpcException>(() => new LogsService.LogsServiceClient(_channel).ExportAsync(export, headers, cancellationToken: Stop).ResponseAsync);
        Assert.Equal(StatusCode.ResourceExhausted, e.StatusCode);
        Assert.Null(e.GetRpcStatus()?.GetDetail<RetryInfo>());
    }

    [Theory]
    [InlineData(typeof(LogOverloadedException), StatusCode.ResourceExhausted)]
    [InlineData(typeof(LogUnavailableException), StatusCode.Unavailable)]
    public async Task SaysWhenToRetry_WhenTheLogTakesNothing(Type failure, StatusCode expected)
    {
        host.Log.OnAppend = (Exception)Activator.CreateInstance(failure, "inner words")!;
        try
        {
            var e = await Assert.ThrowsAsync<RpcException>(() => new LogsService.LogsServiceClient(_channel).ExportAsync(Otlp.Logs("a", Otlp.Log("x")), cancellationToken: Stop).ResponseAsync);
            Assert.Equal(expected, e.StatusCode);
            Assert.True(e.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.ToTimeSpan() > TimeSpan.Zero);
            Assert.DoesNotContain("inner words", Encoding.UTF8.GetString(e.GetRpcStatus()!.ToByteArray()), StringComparison.Ordinal);
        }
        finally
        {
            host.Log.OnAppend = null;
        }
    }

    public void Dispose() => _channel.Dispose();
}
