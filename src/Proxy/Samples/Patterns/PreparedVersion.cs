using System.Runtime.InteropServices;
using System.Text;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Memory;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>
/// The entries of a version that an operator prepares, laid out as those of a file will be: bytes and numbers in large pieces of native memory, so that a
/// million of them are nothing to a garbage collection, bring none about, and none is copied while the version grows.
/// </summary>
/// <remarks>Changed under the lists' lock, until it is committed or dropped, which disposes of it.</remarks>
internal sealed class PreparedVersion : IDisposable
{
    private const int PieceLength = 1 << 20;
    private const int PieceLines = PieceLength / 16;

    /// <summary>Of an entry, in whatever index: its place, slots for twice as many, rounded up, the next entry with the same key.</summary>
    private const int MostIndexBytes = 64;

    /// <summary>Numbers are given out when the version begins, and stay: more than it can have entries.</summary>
    private readonly long _firstId = PatternEntry.TakeIds(1L << 32);
    private readonly NativePieces _text = new(PieceLength);
    private readonly NativePieces _lines = new(PieceLength);
    private readonly List<int> _starts = [];
    private int _used = PieceLength;
    private int _length;

    public int Count { get; private set; }

    /// <returns>False when the version would be larger than an array can be, or there is no memory left.</returns>
    public bool TryAdd(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        var size = key.Length + value.Length;
        if ((long)_length + size > Array.MaxLength || size > PieceLength) return false;
        if (Count == _lines.Count * PieceLines && !_lines.TryAddPiece()) return false;
        if (_used + size > PieceLength)
        {
            if (!_text.TryAddPiece()) return false;
            _starts.Add(_length);
            _used = 0;
        }

        var bytes = _text.Piece(_text.Count - 1).Slice(_used, size);
        key.CopyTo(bytes);
        value.CopyTo(bytes[key.Length..]);
        Lines(_lines.Count - 1)[Count % PieceLines] = new PatternLine(_length, size, key.Length, _length + key.Length);
        Count++;
        _used += size;
        _length += size;
        return true;
    }

    /// <summary>The entries in their order, read while they are enumerated; they end early when the version goes in the meantime.</summary>
    public IEnumerable<PatternEntry> Entries()
    {
        if (!_lines.Hold()) yield break;
        var holdsText = false;
        try
        {
            holdsText = _text.Hold();
            var piece = 0;
            for (var i = 0; holdsText && i < Count; i++)
            {
                var line = Lines(i / PieceLines)[i % PieceLines];
                while (piece + 1 < _starts.Count && _starts[piece + 1] <= line.Start && line.Length > 0) piece++;
                yield return Entry(i, line, piece);
            }
        }
        finally
        {
            if (holdsText) _text.DangerousRelease();
            _lines.DangerousRelease();
        }
    }

    /// <summary>At most what <see cref="ToFile"/> and the indexes of so many users take, bytes.</summary>
    public long BytesOfFile(int users) => _length + (long)Count * (16 + (users * MostIndexBytes));

    /// <summary>The same entries in one piece. Any thread, once nothing is added any more.</summary>
    public FileEntries ToFile()
    {
        var text = GC.AllocateUninitializedArray<byte>(_length);
        for (var i = 0; i < _starts.Count; i++)
        {
            var end = i + 1 < _starts.Count ? _starts[i + 1] : _length;
            _text.Piece(i)[..(end - _starts[i])].CopyTo(text.AsSpan(_starts[i]));
        }

        var lines = GC.AllocateUninitializedArray<PatternLine>(Count);
        for (var i = 0; i < _lines.Count; i++)
            Lines(i)[..Math.Min(PieceLines, Count - i * PieceLines)].CopyTo(lines.AsSpan(i * PieceLines));
        return new FileEntries(PatternFileModel.Of(text, lines), keysOnly: true, _firstId);
    }

    public void Dispose()
    {
        _text.Dispose();
        _lines.Dispose();
    }

    private Span<PatternLine> Lines(int piece) => MemoryMarshal.Cast<byte, PatternLine>(_lines.Piece(piece));

    private PatternEntry Entry(int index, in PatternLine line, int piece)
    {
        var bytes = _text.Piece(piece).Slice(line.Start - _starts[piece], line.Length);
        return new PatternEntry(_firstId + index, Encoding.Latin1.GetString(bytes[..line.KeyLength]), bytes[line.KeyLength..].ToArray());
    }
}
