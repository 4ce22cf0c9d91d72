namespace OrleansStream.Streams.Tests.Embedded.Faults;

/// <summary>What the log asks of its file system.</summary>
public enum FileOperationKind
{
    Create,
    Open,
    Read,
    Write,
    Flush,
    SetLength,
    Delete,
    Rename,
    SyncDirectory,
}

/// <param name="Number">0-based, over all files.</param>
/// <param name="Kind">What is asked.</param>
/// <param name="Path">Of which file or directory.</param>
public readonly record struct FileOperation(int Number, FileOperationKind Kind, string Path)
{
    /// <summary>True when the disk would be different after it.</summary>
    public bool Changes => Kind is not (FileOperationKind.Open or FileOperationKind.Read);
}
