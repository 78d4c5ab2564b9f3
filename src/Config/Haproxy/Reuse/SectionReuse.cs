using System.Text;
using Evenkeel.Config.Haproxy.Sections;

namespace Evenkeel.Config.Haproxy.Reuse;

/// <summary>
/// Finds in a file the sections that say what they said before. A proxy's section that is the same, under the same other sections, need not be read again;
/// the others (global, defaults, ...) are few, are read each time, and have to be the same or nothing is.
/// </summary>
internal sealed class SectionReuse
{
    private readonly ReadFile _before;
    private readonly byte[] _bytes;
    private Dictionary<string, int>? _byHeader;
    private int _next;
    private int _nextFrame;
    private int _frame;

    /// <param name="bytes">What the file says now.</param>
    /// <param name="frame">Sections of other kinds in the files before this one.</param>
    public SectionReuse(ReadFile before, byte[] bytes, int frame)
    {
        (_before, _bytes, _frame) = (before, bytes, frame);
        // What stands before the first section may be a comment, but may not be another one.
        IsSame = bytes.AsSpan().StartsWith(before.Bytes.AsSpan(0, before.Preamble)) && IsEndAt(before.Preamble);
    }

    /// <summary>So far all sections are the same that have to be.</summary>
    public bool IsSame { get; private set; }

    public static bool IsProxy(string keyword) => keyword is "frontend" or "backend" or "listen";

    /// <summary>Whether a known section comes next.</summary>
    /// <param name="offset">Where the next line begins.</param>
    /// <param name="skipped">Bytes of blank lines and comments before it.</param>
    public bool TryPass(int offset, out int skipped, out SectionSpan known)
    {
        known = default;
        skipped = 0;
        var start = SkipNothings(offset);
        if (start >= _bytes.Length) return false;
        if (TryAt(_next, start, out known) || (IndexOf(start) is { } index && TryAt(index, start, out known)))
        {
            skipped = start - offset;
            return true;
        }
        return false;
    }

    /// <summary>A section that is not a proxy's begins: it has to be the one that stood there before.</summary>
    public void Check(int offset)
    {
        var sections = _before.Sections;
        while (_nextFrame < sections.Count && sections[_nextFrame].IsProxy) _nextFrame++;
        IsSame &= _nextFrame < sections.Count && Matches(sections[_nextFrame], offset);
        _nextFrame++;
        _frame++;
        _next = _nextFrame;
    }

    /// <summary>The file has ended: no section may be missing of those that have to be there.</summary>
    public void End()
    {
        for (; _nextFrame < _before.Sections.Count; _nextFrame++)
            IsSame &= _before.Sections[_nextFrame].IsProxy;
    }

    private bool TryAt(int index, int start, out SectionSpan known)
    {
        known = default;
        if (index >= _before.Sections.Count) return false;
        known = _before.Sections[index];
        if (known.Section is null || known.Frame != _frame || !Matches(known, start)) return false;
        _next = index + 1;
        return true;
    }

    private bool Matches(in SectionSpan known, int start) =>
        _bytes.AsSpan(start).StartsWith(_before.TextOf(known)) && IsEndAt(start + known.Length);

    /// <summary>A section that ends here ends here for certain: another one begins, or nothing follows.</summary>
    private bool IsEndAt(int offset)
    {
        var start = SkipNothings(offset);
        return start >= _bytes.Length || FirstWord(_bytes.AsSpan(start)).Length > 0;
    }

    private int? IndexOf(int start)
    {
        if (!IsProxy(FirstWord(_bytes.AsSpan(start)))) return null;
        // The usual change: a section in its place says something else.
        if (_next < _before.Sections.Count && HeaderAt(_bytes.AsSpan(start)).SequenceEqual(HeaderAt(_before.TextOf(_before.Sections[_next]))))
        {
            _next++;
            return null;
        }
        if (_byHeader is null)
        {
            _byHeader = new Dictionary<string, int>(StringComparer.Ordinal);
            for (var i = 0; i < _before.Sections.Count; i++)
                if (_before.Sections[i].Section is not null) _byHeader.TryAdd(FirstLine(_before.TextOf(_before.Sections[i])), i);
        }
        return _byHeader.TryGetValue(FirstLine(_bytes.AsSpan(start)), out var index) ? index : null;
    }

    /// <summary>Past blank lines and comments; a line that holds what must be complained about is neither.</summary>
    private int SkipNothings(int offset)
    {
        while (offset < _bytes.Length)
        {
            var line = _bytes.AsSpan(offset);
            var length = line.IndexOf((byte)'\n');
            if (length < 0) return offset;
            var text = line[..length].TrimStart(" \t"u8);
            if ((!text.IsEmpty && text[0] != '#') || text.Contains((byte)0)) return offset;
            offset += length + 1;
        }
        return offset;
    }

    private static ReadOnlySpan<byte> HeaderAt(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOf((byte)'\n');
        return end < 0 ? text : text[..end];
    }

    private static string FirstLine(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(HeaderAt(text));

    /// <summary>The keyword, when it is written plainly and is one that opens a section.</summary>
    private static string FirstWord(ReadOnlySpan<byte> text)
    {
        text = text.TrimStart(" \t"u8);
        var end = text.IndexOfAny(" \t\r\n"u8);
        if (end >= 0) text = text[..end];
        return SectionOpener.KeywordOf(text);
    }
}
