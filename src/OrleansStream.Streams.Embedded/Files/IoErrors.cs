namespace OrleansStream.Streams.Embedded.Files;

/// <summary>The system's error numbers the log tells apart. .NET hands them on as <see cref="Exception.HResult"/>.</summary>
internal static class IoErrors
{
    /// <summary>EIO</summary>
    public const int InputOutput = 5;

    /// <summary>EFBIG</summary>
    public const int FileTooLarge = 27;

    /// <summary>ENOSPC</summary>
    public const int NoSpace = 28;

    private const int QuotaExceededLinux = 122, QuotaExceededMac = 69;
    private const int WindowsDiskFull = unchecked((int)0x80070070), WindowsHandleDiskFull = unchecked((int)0x80070027);

    /// <summary>True when the write would have succeeded with more space: disk, quota or file size limit.</summary>
    public static bool IsFull(Exception error) => error is IOException &&
        error.HResult is NoSpace or FileTooLarge or QuotaExceededLinux or QuotaExceededMac or WindowsDiskFull or WindowsHandleDiskFull;

    /// <summary>What a file system can throw that is no mistake of this program.</summary>
    public static bool IsIo(Exception error) => error is IOException or UnauthorizedAccessException;
}
