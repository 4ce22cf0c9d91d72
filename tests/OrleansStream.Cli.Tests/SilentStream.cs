using System.Text;

namespace OrleansStream.Cli.Tests;

/// <summary>A terminal somebody has stopped typing into: after its text a read blocks, and no token helps.</summary>
internal sealed class SilentStream(string text) : MemoryStream(Encoding.UTF8.GetBytes(text))
{
    // Not disposed: the abandoned read may still wait on it.
    private readonly ManualResetEventSlim _released = new();

    public void Release() => _released.Set();

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = base.Read(buffer, offset, count);
        if (read == 0)
        {
            _released.Wait();
        }

        return read;
    }
}
