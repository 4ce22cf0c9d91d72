using Google.Protobuf;
using Grpc.AspNetCore.Server.Model;
using Grpc.Core;
using Microsoft.Extensions.Logging;

namespace OrleansStream.Gateway.Otlp.Grpc;

/// <summary>OTLP/gRPC: the service of a signal, whose bytes go the way of OTLP/HTTP, so that both read, count and refuse alike.</summary>
/// <typeparam name="TService">Stands for the signal.</typeparam>
internal sealed class OtlpGrpcMethods<TService> : IServiceMethodProvider<TService>
    where TService : OtlpGrpcService
{
    private static readonly Marshaller<OtlpPayload> Requests = Marshallers.Create<OtlpPayload>(
        (_, _) => throw new NotSupportedException("Requests are read only."), context => new OtlpPayload(context.PayloadAsNewBuffer()));

    private static readonly Marshaller<IMessage> Answers = Marshallers.Create<IMessage>(
        (message, context) => context.Complete(message.ToByteArray()), _ => throw new NotSupportedException("Answers are written only."));

    public void OnServiceMethodDiscovery(ServiceMethodProviderContext<TService> context)
    {
        var signal = OtlpGrpcService.SignalOf<TService>();
        var method = new Method<OtlpPayload, IMessage>(MethodType.Unary, signal.Service, "Export", Requests, Answers);
        context.AddUnaryMethod(method, [], (service, request, call) => service.ExportAsync(signal, request, call));
    }
}

/// <param name="Bytes">A request as it came, decompressed.</param>
internal sealed record OtlpPayload(ReadOnlyMemory<byte> Bytes);

/// <summary>One of the three services.</summary>
internal abstract class OtlpGrpcService(OtlpIngest ingest, ILogger<OtlpIngest> logger)
{
    public static OtlpSignal SignalOf<TService>() =>
        typeof(TService) == typeof(OtlpLogs) ? OtlpSignal.Logs : typeof(TService) == typeof(OtlpMetricPoints) ? OtlpSignal.Metrics : OtlpSignal.Traces;

    public async Task<IMessage> ExportAsync(OtlpSignal signal, OtlpPayload request, ServerCallContext call)
    {
        try
        {
            ingest.Admit();
            return await ingest.ExportAsync(signal, request.Bytes, json: false, "grpc", call.CancellationToken);
        }
        catch (Exception e) when (!call.CancellationToken.IsCancellationRequested)
        {
            throw Refusals.Of(e, signal, logger).ToRpc();
        }
    }
}

internal sealed class OtlpLogs(OtlpIngest ingest, ILogger<OtlpIngest> logger) : OtlpGrpcService(ingest, logger);

internal sealed class OtlpMetricPoints(OtlpIngest ingest, ILogger<OtlpIngest> logger) : OtlpGrpcService(ingest, logger);

internal sealed class OtlpSpans(OtlpIngest ingest, ILogger<OtlpIngest> logger) : OtlpGrpcService(ingest, logger);
