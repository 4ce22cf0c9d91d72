namespace OrleansStream.Cli.Sending.Reading;

/// <summary>
/// Standard input, whose pending read no token can cancel: Ctrl-C leaves it behind instead, for the process is about to
/// end. Read-only and forward-only.
/// </summary>
internal sealed class AbandonableStream(Stream inner) : ForwardStream
{
    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // Into a buffer of its own: the caller's may serve others by the time an abandoned read ends.
        var own = new byte[buffer.Length];
        var read = await Task.Run(() => inner.Read(own, 0, own.Length), CancellationToken.None).WaitAsync(cancellationToken);
        own.AsSpan(0, read).CopyTo(buffer.Span);
        return read;
    }
}
