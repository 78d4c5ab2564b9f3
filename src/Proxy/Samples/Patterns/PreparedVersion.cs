using System.Text;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>
/// The entries of a version that an operator prepares, laid out as those of a file will be: bytes and numbers in large pieces, so that a million of them are
/// nothing to a garbage collection and none is copied while the version grows.
/// </summary>
/// <remarks>Changed under the lists' lock, until it is committed or dropped.</remarks>
internal sealed class PreparedVersion
{
    private const int PieceLength = 1 << 20;
    private const int PieceLines = 1 << 16;

    /// <summary>Numbers are given out when the version begins, and stay: more than it can have entries.</summary>
    private readonly long _firstId = PatternEntry.TakeIds(1L << 32);
    private readonly List<(byte[] Bytes, int Start)> _pieces = [];
    private readonly List<PatternLine[]> _lines = [];
    private int _used = PieceLength;
    private int _length;

    public int Count { get; private set; }

    /// <returns>False when the version would be larger than an array can be.</returns>
    public bool TryAdd(string key, string value)
    {
        var size = key.Length + value.Length;
        if ((long)_length + size > Array.MaxLength) return false;
        if (_pieces.Count == 0 || _used + size > _pieces[^1].Bytes.Length)
        {
            _pieces.Add((GC.AllocateUninitializedArray<byte>(Math.Max(PieceLength, size)), _length));
            _used = 0;
        }

        var bytes = _pieces[^1].Bytes.AsSpan(_used, size);
        Encoding.Latin1.GetBytes(key, bytes);
        Encoding.Latin1.GetBytes(value, bytes[key.Length..]);
        if (Count % PieceLines == 0) _lines.Add(GC.AllocateUninitializedArray<PatternLine>(PieceLines));
        _lines[^1][Count % PieceLines] = new PatternLine(_length, size, key.Length, _length + key.Length);
        Count++;
        _used += size;
        _length += size;
        return true;
    }

    /// <summary>The entries in their order, read while they are enumerated.</summary>
    public IEnumerable<PatternEntry> Entries()
    {
        var piece = 0;
        for (var i = 0; i < Count; i++)
        {
            var line = _lines[i / PieceLines][i % PieceLines];
            while (piece + 1 < _pieces.Count && _pieces[piece + 1].Start <= line.Start && line.Length > 0) piece++;
            var (bytes, start) = _pieces[piece];
            var key = Encoding.Latin1.GetString(bytes, line.Start - start, line.KeyLength);
            yield return new PatternEntry(_firstId + i, key, bytes[(line.ValueStart - start)..(line.Start - start + line.Length)]);
        }
    }

    /// <summary>The same entries in one piece. Any thread, once nothing is added any more.</summary>
    public FileEntries ToFile()
    {
        var text = GC.AllocateUninitializedArray<byte>(_length);
        for (var i = 0; i < _pieces.Count; i++)
        {
            var (bytes, start) = _pieces[i];
            var end = i + 1 < _pieces.Count ? _pieces[i + 1].Start : _length;
            bytes.AsSpan(0, end - start).CopyTo(text.AsSpan(start));
        }

        var lines = GC.AllocateUninitializedArray<PatternLine>(Count);
        for (var i = 0; i < _lines.Count; i++)
            _lines[i].AsSpan(0, Math.Min(PieceLines, Count - i * PieceLines)).CopyTo(lines.AsSpan(i * PieceLines));
        return new FileEntries(PatternFileModel.Of(text, lines), keysOnly: true, _firstId);
    }
}
