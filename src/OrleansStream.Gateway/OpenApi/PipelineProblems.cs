namespace OrleansStream.Gateway.OpenApi;

/// <summary>Examples of the problems that routes of no processor answer with.</summary>
internal static class PipelineProblems
{
    public static string Example(int status, string code, string detail) =>
        $$"""
        {"type":"urn:orleansstream:problem:{{code}}","title":"{{Title(status)}}","status":{{status}},"detail":"{{detail}}","code":"{{code}}","errors":[{"index":0,"code":"{{code}}","detail":"{{detail}}"}]}
        """;

    private static string Title(int status) => status switch
    {
        401 => "No valid key",
        403 => "Not with this key",
        404 => "Not found",
        415 => "The content type or encoding is not supported",
        503 => "The service cannot take records now",
        409 or 412 or 422 => "The request failed",
        429 => "Records come faster than they are applied",
        _ => "The request cannot be read",
    };
}
