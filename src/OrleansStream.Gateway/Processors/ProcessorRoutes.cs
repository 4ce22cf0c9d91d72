using System.Text;
using System.Text.RegularExpressions;
using OrleansStream.Streams.Processing;

namespace OrleansStream.Gateway.Processors;

/// <summary>Paths, operation ids and error codes that follow from a processor's names.</summary>
internal static partial class ProcessorRoutes
{
    public static string IngestPath(this ProcessorNames names) => $"/v1/{names.Topic}";

    public static string StatePath(this ProcessorNames names) => $"/v1/{names.Keys}/{{{names.KeyField}}}";

    public static string OutputsPath(this ProcessorNames names) => $"{names.StatePath()}/{names.OutputTopic}";

    public static string OutputPath(this ProcessorNames names) => $"{names.OutputsPath()}/{{{names.OutputId}}}";

    public static string StreamPath(this ProcessorNames names) => $"/v1/{names.OutputTopic}/stream";

    /// <summary>The de-duplication source of records that come as plain JSON.</summary>
    public static string PlainSource(this ProcessorNames names) => names.IngestPath();

    public static string KeyNotFound(this ProcessorNames names) => $"{names.Key}-not-found";

    public static string OutputNotFound(this ProcessorNames names) => $"{names.Output}-not-found";

    /// <summary>The code of a value that cannot be: <c>cardId</c> gives <c>invalid-card-id</c>.</summary>
    public static string Invalid(string field) => $"invalid-{Capital().Replace(field, "-$0").ToLowerInvariant()}";

    /// <summary>Words joined for an operation id: <c>List</c>, <c>card</c>, <c>pay-outs</c> give <c>ListCardPayOuts</c>.</summary>
    public static string OperationId(params ReadOnlySpan<string> words)
    {
        var id = new StringBuilder();
        foreach (string word in words)
            foreach (string part in word.Split('-', '.', '_')) id.Append(char.ToUpperInvariant(part[0])).Append(part, 1, part.Length - 1);
        return id.ToString();
    }

    /// <summary>The heading in the API's reference.</summary>
    public static string Group(this StreamProcessor processor) =>
        processor.Documentation.Group.Length > 0 ? processor.Documentation.Group : OperationId(processor.Names.Topic);

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Capital();
}
