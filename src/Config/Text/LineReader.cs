using System.Text;

namespace Evenkeel.Config.Text;

/// <summary>
/// Cuts a configuration file into lines: bytes -> <b>LineReader</b> -> Tokenizer. Every byte becomes one char (Latin-1), so that nothing of the
/// operator's text is lost or merged; who puts a word on the wire turns it back with Latin-1.
/// </summary>
/// <remarks>A line ends with LF. A NUL byte cuts its line short, as the original reads lines as C strings.</remarks>
public sealed class LineReader(ReadOnlyMemory<byte> bytes)
{
    private int _offset;

    /// <summary>Where the line begins that is read next; bytes from the file's begin.</summary>
    public int Offset => _offset;

    /// <summary>Where the line began that <see cref="TryRead"/> returned last.</summary>
    public int LineOffset { get; private set; }

    /// <summary>1-based number of the line <see cref="TryRead"/> returned last.</summary>
    public int Line { get; private set; }

    /// <summary>The line returned last did not end with LF, or was the file's last one and held a NUL.</summary>
    public bool IsTruncated { get; private set; }

    /// <summary>The line returned last held a NUL, and others follow.</summary>
    public bool HasNul { get; private set; }

    /// <summary>Takes the next line without its LF; false at the end of the file.</summary>
    public bool TryRead(out string text)
    {
        text = "";
        if (_offset >= bytes.Length) return false;
        LineOffset = _offset;
        var rest = bytes.Span[_offset..];
        var length = rest.IndexOf((byte)'\n');
        var end = length < 0 ? rest.Length : length;
        _offset += length < 0 ? rest.Length : length + 1;
        var nul = rest[..end].IndexOf((byte)0);
        var isLast = _offset >= bytes.Length;
        IsTruncated = length < 0 || (nul >= 0 && isLast);
        HasNul = nul >= 0 && !isLast;
        text = Encoding.Latin1.GetString(rest[..(nul >= 0 ? nul : end)]);
        Line++;
        return true;
    }

    /// <summary>Passes by whole lines that need not be read.</summary>
    public void Pass(int length)
    {
        Line += bytes.Span.Slice(_offset, length).Count((byte)'\n');
        _offset += length;
    }
}
