using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using OrleansStream.Streams.Checkpoints;

namespace OrleansStream.Streams.ReadModels;

/// <summary>
/// Snapshots as rows of the checkpoint store: a row per model, which names the pieces that count, and a row per piece. Silos have equal models and share them: whose
/// snapshot it is does not matter, each carries its own positions. One silo writes at a time; pieces are never written over, so that whoever reads finds a snapshot
/// whole, or that it was replaced. What a silo that died has left behind is deleted with the next snapshot.
/// </summary>
internal sealed class CheckpointSnapshotStore(ICheckpointStore store, TimeProvider time) : ISnapshotStore
{
    /// <summary>A snapshot in one piece of up to this size lies in the model's own row.</summary>
    private const int InlineBytes = 256 << 10;

    private const int Tries = 3;
    private static readonly TimeSpan LongestWrite = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, long> _claims = new();
    private static readonly GrainType RowType = GrainType.Create("read-model");

    public async Task<StoredSnapshot?> ReadAsync(string model, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(RowOf(model), cancellationToken) is not { } row) return null;
        if (SnapshotManifest.FormatOf(row.Payload) == SnapshotManifest.WholeRowFormat) return new StoredSnapshot(row.Payload, NoPieces());
        var manifest = SnapshotManifest.TryDecode(row.Payload) ?? throw new InvalidDataException("The snapshot's row is not whole, or of a later release.");
        if (manifest.Head.Length == 0) return null;
        return new StoredSnapshot(manifest.Head, PiecesAsync(model, manifest, cancellationToken));
    }

    public async Task<bool> WriteAsync(string model, byte[] head, IEnumerable<byte[]> pieces, Func<byte[], bool> replaces, CancellationToken cancellationToken)
    {
        using var all = pieces.GetEnumerator();
        byte[]? first = all.MoveNext() ? all.Current : null;
        byte[]? second = all.MoveNext() ? all.Current : null;
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            var row = await store.ReadAsync(RowOf(model), cancellationToken);
            var before = (row is null ? null : SnapshotManifest.TryDecode(row.Payload)) ?? new SnapshotManifest();
            if (before.Claimed != 0 && before.Claimed != _claims.GetValueOrDefault(model) && before.ClaimEnds > time.GetUtcNow().UtcTicks) return false;
            byte[]? there = row is null || before.Head.Length > 0 ? before.Head : row.Payload;
            if (there.Length > 0 && !replaces(there)) return false;
            // Before its number is written over: what of it could not be deleted is found again.
            await DeleteSetAsync(model, before.Claimed, cancellationToken);
            var claimed = before with { Claimed = Math.Max(time.GetUtcNow().UtcTicks, before.Set + 1), ClaimEnds = (time.GetUtcNow() + LongestWrite).UtcTicks };
            _claims[model] = claimed.Claimed;
            if (!await PutAsync(RowOf(model), row?.Version ?? 0, claimed.Encode(), cancellationToken)) continue;
            await DeleteSetAsync(model, before.Previous, cancellationToken);
            var after = new SnapshotManifest { Head = head, Previous = before.Set };
            after = second is null && (first is null || first.Length <= InlineBytes)
                ? after with { Inline = first }
                : after with { Set = claimed.Claimed, Pieces = await WriteSetAsync(model, claimed.Claimed, Joined(first!, second, all), cancellationToken) };
            if (await PutAsync(RowOf(model), (row?.Version ?? 0) + 1, after.Encode(), cancellationToken)) return true;
            // It took too long, and another has begun: theirs will count.
            await DeleteSetAsync(model, after.Set, cancellationToken, after.Pieces.Count);
            return false;
        }
        return false;
    }

    private static IEnumerable<byte[]> Joined(byte[] first, byte[]? second, IEnumerator<byte[]> rest)
    {
        yield return first;
        if (second is null) yield break;
        yield return second;
        while (rest.MoveNext()) yield return rest.Current;
    }

    private async Task<IReadOnlyList<(int, ulong)>> WriteSetAsync(string model, long set, IEnumerable<byte[]> pieces, CancellationToken cancellationToken)
    {
        var written = new List<(int, ulong)>();
        foreach (byte[] piece in pieces)
        {
            if (!await PutAsync(RowOf(model, set, written.Count), 0, piece, cancellationToken))
                throw new SlotFencedException($"Another process has written piece {written.Count} of set {set} of '{model}'.");
            written.Add((piece.Length, SnapshotManifest.HashOf(piece)));
        }
        return written;
    }

    private async Task DeleteSetAsync(string model, long set, CancellationToken cancellationToken, int atLeast = 0)
    {
        if (set == 0) return;
        // The last piece first: a deletion that is broken off leaves no hole behind which the next one would find nothing.
        int count = atLeast;
        while (await store.ReadAsync(RowOf(model, set, count), cancellationToken) is not null) count++;
        while (--count >= 0) await PutAsync(RowOf(model, set, count), 1, null, cancellationToken);
    }

    private async Task<bool> PutAsync(GrainId row, int version, byte[]? bytes, CancellationToken cancellationToken) =>
        (await store.WriteAsync([new CheckpointWrite(row, version, bytes)], cancellationToken))[0].IsWritten;

    private async IAsyncEnumerable<byte[]> PiecesAsync(string model, SnapshotManifest manifest, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (manifest.Inline is { } only) yield return only;
        for (int i = 0; i < manifest.Pieces.Count; i++)
        {
            byte[]? piece = (await store.ReadAsync(RowOf(model, manifest.Set, i), cancellationToken))?.Payload;
            if (piece is null || (piece.Length, SnapshotManifest.HashOf(piece)) != manifest.Pieces[i])
                throw new InvalidDataException($"Piece {i} of {manifest.Pieces.Count} of the snapshot of '{model}' is {(piece is null ? "not there" : "damaged")}.");
            yield return piece;
        }
    }

    private static async IAsyncEnumerable<byte[]> NoPieces()
    {
        await Task.CompletedTask;
        yield break;
    }

    private static GrainId RowOf(string model) => GrainId.Create(RowType, model);

    private static GrainId RowOf(string model, long set, int piece) => GrainId.Create(RowType, $"{model}/{set:x16}/{piece:d6}");
}
