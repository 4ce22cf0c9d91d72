using OrleansStream.Streams.Embedded.Files;
using OrleansStream.Streams.Log;

namespace OrleansStream.Streams.Tests.Embedded.Faults;

/// <summary>
/// A file system in memory that knows what is on the disk and what is only written, and that does on command what disks do: fail with an error number,
/// write half, hang, be slow, run full, flip a bit, lose power.
/// </summary>
internal sealed class FaultyFileSystem : ILogFileSystem
{
    public const int InputOutputError = 5, NoSpaceError = 28;

    private readonly object _gate = new();
    private readonly Dictionary<string, FaultyFile> _names = [];
    private readonly Dictionary<string, FaultyFile> _namesOnDisk = [];
    private readonly HashSet<string> _locked = [];
    private int _operations;
    private bool _dead;

    /// <summary>Asked before every operation, under no lock: what it gives is thrown; it may block.</summary>
    public Func<FileOperation, Exception?> Before { get; set; } = _ => null;

    /// <summary>How much of a write that <see cref="Before"/> fails is written nevertheless, from 0 to 1.</summary>
    public double TornPart { get; set; }

    /// <summary>Bytes that fit. A write beyond fills it up and fails with <see cref="NoSpaceError"/>.</summary>
    public long Capacity { get; set; } = 1L << 40;

    public int Operations => Volatile.Read(ref _operations);

    /// <summary>Set by <see cref="LosePowerAt"/> when it happened: what the disk holds then.</summary>
    public FaultyFileSystem? AfterPowerLoss { get; private set; }

    public static IOException Error(int number, string what = "") => new($"{(number == NoSpaceError ? "No space left on device" : $"Error {number}")} {what}".Trim(), number);

    /// <summary>The operation with that number fails; counted from now on.</summary>
    public void FailAt(int number, int error)
    {
        int at = Operations + number;
        Before = o => o.Number == at ? Error(error, o.Path) : null;
    }

    /// <summary>All such operations fail, until <see cref="Before"/> is set anew.</summary>
    public void FailWhen(Func<FileOperation, bool> condition, int error) => Before = o => condition(o) ? Error(error, o.Path) : null;

    /// <summary>Such operations wait until the result is called.</summary>
    public Action HangWhen(Func<FileOperation, bool> condition)
    {
        var released = new ManualResetEventSlim();
        Before = o =>
        {
            if (condition(o)) released.Wait();
            return null;
        };
        return released.Set;
    }

    /// <summary>Each such operation takes so long.</summary>
    public void SlowWhen(Func<FileOperation, bool> condition, TimeSpan by) => Before = o =>
    {
        if (condition(o)) Thread.Sleep(by);
        return null;
    };

    /// <summary>Before the operation with that number, counted from now on, the power goes: nothing after it happens, and <see cref="AfterPowerLoss"/> is what is left.</summary>
    public void LosePowerAt(int number, int seed)
    {
        int at = Operations + number;
        Before = o => o.Number >= at ? Die(seed) : null;
    }

    /// <summary>What a power loss now would leave: names and bytes that were flushed, and of the others any part.</summary>
    public FaultyFileSystem LosePower(Random random)
    {
        lock (_gate)
        {
            var left = new FaultyFileSystem();
            var kept = new Dictionary<FaultyFile, FaultyFile>();
            foreach (string name in _names.Keys.Union(_namesOnDisk.Keys).Order(StringComparer.Ordinal).ToList())
            {
                // A name that changed and was not flushed is the old or the new one.
                var (now, before) = (_names.GetValueOrDefault(name), _namesOnDisk.GetValueOrDefault(name));
                var file = now == before || random.Next(2) == 0 ? before : now;
                if (file is null) continue;
                if (!kept.TryGetValue(file, out var copy)) kept.Add(file, copy = file.AfterPowerLoss(random));
                left._names.Add(name, copy);
                left._namesOnDisk.Add(name, copy);
            }
            return left;
        }
    }

    /// <summary>The same files, all of them flushed: a copy to do anything with.</summary>
    public FaultyFileSystem Copy()
    {
        lock (_gate)
        {
            var copy = new FaultyFileSystem();
            foreach (var (name, file) in _names) copy._names[name] = copy._namesOnDisk[name] = FaultyFile.Of(file.Bytes);
            return copy;
        }
    }

    /// <summary>Every file's name and length.</summary>
    public IReadOnlyList<(string Path, int Length)> Files()
    {
        lock (_gate) return [.. _names.OrderBy(n => n.Key, StringComparer.Ordinal).Select(n => (n.Key, n.Value.Bytes.Length))];
    }

    public byte[] ReadAll(string path)
    {
        lock (_gate) return [.. _names[path].Bytes];
    }

    /// <summary>Puts the file there, flushed.</summary>
    public void WriteAll(string path, byte[] bytes)
    {
        lock (_gate) _names[path] = _namesOnDisk[path] = FaultyFile.Of(bytes);
    }

    public void Flip(string path, long position, byte mask = 1)
    {
        lock (_gate) _names[path].Flip(position, mask);
    }

    public void CreateDirectory(string path)
    {
    }

    public IReadOnlyList<string> List(string directory)
    {
        lock (_gate) return [.. _names.Keys.Where(n => Path.GetDirectoryName(n) == directory).Select(n => Path.GetFileName(n))];
    }

    public ILogFile OpenRead(string path)
    {
        Do(FileOperationKind.Open, path);
        lock (_gate) return _names.TryGetValue(path, out var file) ? new Handle(this, path, file) : throw new FileNotFoundException($"There is no '{path}'.", path);
    }

    public ILogFile OpenWrite(string path, bool create)
    {
        Do(create ? FileOperationKind.Create : FileOperationKind.Open, path);
        lock (_gate)
        {
            ThrowIfOff();
            if (!_names.TryGetValue(path, out var file))
            {
                if (!create) throw new FileNotFoundException($"There is no '{path}'.", path);
                _names.Add(path, file = new FaultyFile());
            }
            if (create) file.SetLength(0);
            return new Handle(this, path, file);
        }
    }

    public void Delete(string path)
    {
        Do(FileOperationKind.Delete, path);
        lock (_gate)
        {
            ThrowIfOff();
            _names.Remove(path);
        }
    }

    public void Rename(string from, string to)
    {
        Do(FileOperationKind.Rename, to);
        lock (_gate)
        {
            ThrowIfOff();
            _names[to] = _names[from];
            _names.Remove(from);
        }
    }

    public void SyncDirectory(string directory)
    {
        Do(FileOperationKind.SyncDirectory, directory);
        lock (_gate)
        {
            ThrowIfOff();
            foreach (string name in _names.Keys.Union(_namesOnDisk.Keys).Where(n => Path.GetDirectoryName(n) == directory).ToList())
            {
                if (_names.TryGetValue(name, out var file)) _namesOnDisk[name] = file;
                else _namesOnDisk.Remove(name);
            }
        }
    }

    public VolumeSpace Space(string directory)
    {
        lock (_gate) return new VolumeSpace(Math.Max(0, Capacity - Used), Capacity);
    }

    public IDisposable Lock(string directory)
    {
        lock (_gate)
            if (!_locked.Add(directory)) throw new LogUnavailableException($"The data directory '{directory}' is in use by another process.");
        return new Unlock(this, directory);
    }

    private long Used => _names.Values.Distinct().Sum(f => (long)f.Bytes.Length);

    private void Do(FileOperationKind kind, string path)
    {
        var operation = new FileOperation(Interlocked.Increment(ref _operations) - 1, kind, path);
        ThrowIfOff();
        if (Before(operation) is { } failure) throw failure;
    }

    /// <summary>Asked again with the lock held: an operation that was let through before the power went must not happen after it.</summary>
    private void ThrowIfOff()
    {
        if (Volatile.Read(ref _dead)) throw Error(InputOutputError, "the power is off");
    }

    private IOException Die(int seed)
    {
        lock (_gate)
        {
            AfterPowerLoss ??= LosePower(new Random(seed));
            _dead = true;
        }
        return Error(InputOutputError, "the power is off");
    }

    private sealed class Unlock(FaultyFileSystem files, string directory) : IDisposable
    {
        public void Dispose()
        {
            lock (files._gate) files._locked.Remove(directory);
        }
    }

    private sealed class Handle(FaultyFileSystem files, string path, FaultyFile file) : ILogFile
    {
        public long Length
        {
            get { lock (files._gate) return file.Bytes.Length; }
        }

        public int Read(Span<byte> buffer, long position)
        {
            files.Do(FileOperationKind.Read, path);
            lock (files._gate)
            {
                int count = (int)Math.Clamp(file.Bytes.Length - position, 0, buffer.Length);
                file.Bytes.AsSpan((int)Math.Min(position, file.Bytes.Length), count).CopyTo(buffer);
                return count;
            }
        }

        public void Write(ReadOnlySpan<byte> bytes, long position)
        {
            try
            {
                files.Do(FileOperationKind.Write, path);
            }
            catch (IOException) when (!files._dead)
            {
                lock (files._gate) file.Write(bytes[..(int)(bytes.Length * files.TornPart)], position);
                throw;
            }
            lock (files._gate)
            {
                files.ThrowIfOff();
                long grows = Math.Max(0, position + bytes.Length - file.Bytes.Length), room = Math.Max(0, files.Capacity - files.Used);
                if (grows > room)
                {
                    file.Write(bytes[..(int)(bytes.Length - grows + room)], position);
                    throw Error(NoSpaceError, path);
                }
                file.Write(bytes, position);
            }
        }

        public void Flush()
        {
            try
            {
                files.Do(FileOperationKind.Flush, path);
            }
            catch (IOException) when (!files._dead)
            {
                lock (files._gate) file.ForgetUnsynced();
                throw;
            }
            lock (files._gate)
            {
                files.ThrowIfOff();
                file.Flush();
            }
        }

        public void SetLength(long length)
        {
            files.Do(FileOperationKind.SetLength, path);
            lock (files._gate)
            {
                files.ThrowIfOff();
                file.SetLength(length);
            }
        }

        public void Dispose()
        {
        }
    }
}
