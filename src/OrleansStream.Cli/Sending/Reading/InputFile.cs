using System.Buffers;
using System.IO.Compression;
using System.IO.Hashing;
using System.IO.Pipelines;

namespace OrleansStream.Cli.Sending.Reading;

/// <summary>A file or standard input (<c>-</c>), unzipped on the way when it begins like gzip, whatever its name.</summary>
internal sealed class InputFile(string path, Func<Stream> openStandardInput)
{
    private const int MaxSniffedBytes = 64 * 1024;

    public string Path => path;
    public bool IsStandardInput => path == "-";

    /// <summary>The length on disk; null when it cannot be known.</summary>
    public long? Length => IsStandardInput ? null : new FileInfo(path) is { Exists: true, Length: > 0 } file ? file.Length : null;

    /// <exception cref="UsageException">There is no such file, or it may not be read.</exception>
    public async Task<OpenInput> OpenAsync(CancellationToken stop)
    {
        var (raw, content) = await OpenContentAsync(stop);
        var text = PipeReader.Create(content, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        return new OpenInput(raw, text, RecordFormats.ByName(path) ?? await SniffAsync(text, stop));
    }

    /// <summary>Looks at the first line and leaves it unread. No further: somebody may be typing it.</summary>
    private static async Task<RecordFormat> SniffAsync(PipeReader text, CancellationToken stop)
    {
        while (true)
        {
            var read = await text.ReadAsync(stop);
            if (read.IsCompleted || read.Buffer.Length > MaxSniffedBytes || read.Buffer.PositionOf((byte)'\n') is not null)
            {
                var format = RecordFormats.ByContent(read.Buffer);
                text.AdvanceTo(read.Buffer.Start);
                return format;
            }

            text.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>
    /// XxHash128 of the unzipped content, in hex: the same for a file and its .gz, so that ids derived from it
    /// do not change when somebody compresses the file between two attempts.
    /// </summary>
    public async Task<string> HashAsync(CancellationToken stop)
    {
        var (_, content) = await OpenContentAsync(stop);
        await using (content)
        {
            var hash = new XxHash128();
            await hash.AppendAsync(content, stop);
            return Convert.ToHexStringLower(hash.GetCurrentHash());
        }
    }

    private async Task<(CountingStream Raw, Stream Content)> OpenContentAsync(CancellationToken stop)
    {
        var raw = new CountingStream(IsStandardInput ? new AbandonableStream(openStandardInput()) : OpenFile());
        var pipe = PipeReader.Create(raw, new StreamPipeReaderOptions(bufferSize: 16 * 1024));
        var start = await pipe.ReadAtLeastAsync(2, stop);
        var zipped = start.Buffer.Length >= 2 && start.Buffer.FirstSpan.StartsWith((ReadOnlySpan<byte>)[0x1f, 0x8b]);
        pipe.AdvanceTo(start.Buffer.Start);
        return (raw, zipped ? new GZipStream(pipe.AsStream(), CompressionMode.Decompress) : pipe.AsStream());
    }

    private FileStream OpenFile()
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Cannot read {path}: {e.Message}");
        }
    }
}

/// <summary>An input being read, and how far.</summary>
internal sealed class OpenInput(CountingStream raw, PipeReader text, RecordFormat format) : IAsyncDisposable
{
    public PipeReader Text => text;
    public RecordFormat Format => format;

    /// <summary>Bytes taken from the file so far, before decompression.</summary>
    public long BytesRead => raw.BytesRead;

    public async ValueTask DisposeAsync()
    {
        await text.CompleteAsync();
        await raw.DisposeAsync();
    }
}
