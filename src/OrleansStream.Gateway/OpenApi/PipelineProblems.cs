namespace OrleansStream.Gateway.OpenApi;

/// <summary>Examples of the problems that routes of no processor answer with.</summary>
internal static class PipelineProblems
{
    public static string Example(int status, string code, string detail) =>
        $$"""
        {"type":"urn:orleansstream:problem:{{code}}","title":"{{(status == 404 ? "Not found" : "The request cannot be read")}}","status":{{status}},"detail":"{{detail}}","code":"{{code}}","errors":[{"index":0,"code":"{{code}}","detail":"{{detail}}"}]}
        """;
}
