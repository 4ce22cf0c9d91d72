using Microsoft.AspNetCore.Http;

namespace OrleansStream.Gateway.Http;

/// <summary>An answer that is JSON already.</summary>
internal sealed class JsonBytes(ReadOnlyMemory<byte> json) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.ContentType = "application/json; charset=utf-8";
        await httpContext.Response.BodyWriter.WriteAsync(json, httpContext.RequestAborted);
    }
}
