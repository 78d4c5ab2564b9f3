namespace Evenkeel.Model.Samples;

/// <summary>
/// A pattern or map file as it was when the configuration was read: its bytes in one piece, and where its entries lie in them. Comments and empty lines
/// are no entries.
/// </summary>
/// <remarks>
/// No entry is an object: a file of a million lines is two arrays, which a garbage collection passes over without looking inside. Immutable but for
/// <see cref="ShareWith"/>.
/// </remarks>
public sealed class PatternFileModel
{
    private PatternFileModel(string path, byte[] text, PatternLine[] lines) => (Path, Text, Lines) = (path, text, lines);

    /// <summary>As the configuration names it, with `virt@` or `opt@`.</summary>
    public string Path { get; }

    public byte[] Text { get; private set; }

    /// <summary>In the file's order.</summary>
    public PatternLine[] Lines { get; private set; }

    public static PatternFileModel Empty(string path) => new(path, [], []);

    /// <summary>Keys that come from elsewhere, laid out as a file.</summary>
    public static PatternFileModel OfKeys(IReadOnlyList<byte[]> keys)
    {
        var text = new byte[keys.Sum(static key => key.Length)];
        var lines = new PatternLine[keys.Count];
        var used = 0;
        for (var i = 0; i < lines.Length; i++)
        {
            var length = keys[i].Length;
            keys[i].CopyTo(text, used);
            lines[i] = new PatternLine(used, length, length, used + length);
            used += length;
        }
        return new PatternFileModel("", text, lines);
    }

    /// <summary>Entries that were cut elsewhere.</summary>
    public static PatternFileModel Of(byte[] text, PatternLine[] lines) => new("", text, lines);

    /// <summary>Finds the entries of a file: one a line, blanks around it dropped, `#` at a line's start is a comment.</summary>
    /// <param name="text">Kept, not copied.</param>
    public static PatternFileModel Cut(string path, byte[] text)
    {
        var lines = new PatternLine[text.AsSpan().Count((byte)'\n') + (text is [.., not (byte)'\n'] ? 1 : 0)];
        var count = 0;
        for (var at = 0; at < text.Length;)
        {
            var length = text.AsSpan(at).IndexOf((byte)'\n');
            if (length < 0) length = text.Length - at;
            if (TryCut(text, at, at + length, out var line)) lines[count++] = line;
            at += length + 1;
        }
        if (count < lines.Length) Array.Resize(ref lines, count);
        return new PatternFileModel(path, text, lines);
    }

    /// <summary>The whole entry, key and value.</summary>
    public ReadOnlySpan<byte> LineAt(int index) => Text.AsSpan(Lines[index].Start, Lines[index].Length);

    /// <summary>What stands before the entry's first blank.</summary>
    public ReadOnlySpan<byte> KeyAt(int index) => Text.AsSpan(Lines[index].Start, Lines[index].KeyLength);

    /// <summary>What stands behind the blanks behind the key.</summary>
    public ReadOnlySpan<byte> ValueAt(int index)
    {
        ref readonly var line = ref Lines[index];
        return Text.AsSpan(line.ValueStart, line.Start + line.Length - line.ValueStart);
    }

    /// <summary>1-based line of the file; counted, for messages.</summary>
    public int NumberOf(int index) => 1 + Text.AsSpan(0, Lines[index].Start).Count((byte)'\n');

    /// <summary>Holds the same bytes as another one: one copy is enough.</summary>
    public void ShareWith(PatternFileModel other) => (Text, Lines) = (other.Text, other.Lines);

    private static bool TryCut(byte[] text, int start, int end, out PatternLine line)
    {
        line = default;
        while (start < end && IsBlank(text[start])) start++;
        while (end > start && IsBlank(text[end - 1])) end--;
        if (start == end || text[start] == '#') return false;
        var keyLength = text.AsSpan(start, end - start).IndexOfAny((byte)' ', (byte)'\t');
        if (keyLength < 0) keyLength = end - start;
        var value = start + keyLength;
        while (value < end && text[value] is (byte)' ' or (byte)'\t') value++;
        line = new PatternLine(start, end - start, keyLength, value);
        return true;
    }

    private static bool IsBlank(byte c) => c is (byte)' ' or (byte)'\t' or (byte)'\r';
}

/// <summary>Where an entry lies in its file: offsets and lengths in bytes.</summary>
public readonly record struct PatternLine(int Start, int Length, int KeyLength, int ValueStart);
