using System.Buffers;
using System.Buffers.Text;
using Evenkeel.Model.Rules;

namespace Evenkeel.Proxy.Samples.Formats;

/// <summary>
/// Writes the items of a log-format one behind the other into the caller's span, encoded for what the text is used for (configuration.txt 8.2.6, 8.6).
/// When the span is full the rest is left out.
/// </summary>
public ref struct LogWriter(Span<byte> destination, LogFormatUse use)
{
    private static readonly SearchValues<byte> SafeInLogs =
        SearchValues.Create([.. Enumerable.Range(0, 256).Select(c => (byte)c).Where(c => IsSafeInLog(c))]);

    private readonly Span<byte> _destination = destination;

    public int Length { get; private set; }

    /// <summary>What is still free.</summary>
    internal readonly Span<byte> Rest => _destination[Length..];

    internal void Advance(int count) => Length += count;

    public readonly bool IsFull => Length == _destination.Length;

    /// <summary>As it is: what the operator wrote himself.</summary>
    public void Literal(scoped ReadOnlySpan<byte> text)
    {
        if (text.Length == 1)
        {
            Byte(text[0]);
            return;
        }

        var fitting = text[..Math.Min(text.Length, _destination.Length - Length)];
        fitting.CopyTo(_destination[Length..]);
        Length += fitting.Length;
    }

    public void Byte(byte value)
    {
        if (Length < _destination.Length) _destination[Length++] = value;
    }

    public void Number(long value)
    {
        if (value is >= 0 and <= 9) Byte((byte)('0' + value));
        else if (Utf8Formatter.TryFormat(value, _destination[Length..], out var written)) Length += written;
    }

    /// <param name="digits">At least so many.</param>
    public void Hexadecimal(long value, byte digits = 1)
    {
        if (Utf8Formatter.TryFormat(value, _destination[Length..], out var written, new StandardFormat('X', digits))) Length += written;
    }

    /// <summary>A value from traffic: quoted, escaped and encoded as asked; `-` when it is empty and something has to stand there.</summary>
    public void Text(scoped ReadOnlySpan<byte> text, LogFormatOptions options)
    {
        var quotes = (options & LogFormatOptions.Quote) != 0;
        if (quotes) Byte((byte)'"');
        if (text.IsEmpty && (options & (LogFormatOptions.Quote | LogFormatOptions.Mandatory)) == LogFormatOptions.Mandatory) Byte((byte)'-');
        Encoded(text, options);
        if (quotes) Byte((byte)'"');
    }

    /// <summary>
    /// What an expression gave: as it is, as in the original, for the operator wrote it to be read by a program of his. Only control characters are encoded,
    /// so that no client ends a line and begins another.
    /// </summary>
    public void Value(scoped ReadOnlySpan<byte> text, LogFormatOptions options)
    {
        if (use != LogFormatUse.Log || text.IndexOfAnyExcept(SafeInLogs) < 0)
        {
            Text(text, options);
            return;
        }
        var quotes = (options & LogFormatOptions.Quote) != 0;
        var escapes = (options & LogFormatOptions.Escape) != 0;
        if (quotes) Byte((byte)'"');
        foreach (var c in text)
        {
            if (c is (< 32 or 127) && (options & LogFormatOptions.Binary) == 0)
            {
                Byte((byte)'#');
                Byte(HexDigit.Upper(c >> 4));
                Byte(HexDigit.Upper(c & 15));
                continue;
            }
            if (escapes && c is ((byte)'"' or (byte)'\\' or (byte)']')) Byte((byte)'\\');
            Byte(c);
        }
        if (quotes) Byte((byte)'"');
    }

    private void Encoded(scoped ReadOnlySpan<byte> text, LogFormatOptions options)
    {
        var escapes = (options & LogFormatOptions.Escape) != 0;
        if ((use == LogFormatUse.Plain && !escapes) || (options & LogFormatOptions.Binary) != 0)
        {
            Literal(text);
            return;
        }
        if (!escapes && use == LogFormatUse.Log)
        {
            // Most texts have nothing to encode, or only behind a long beginning.
            var plain = text.IndexOfAnyExcept(SafeInLogs);
            Literal(plain < 0 ? text : text[..plain]);
            if (plain < 0) return;
            text = text[plain..];
        }

        foreach (var c in text)
        {
            if (use == LogFormatUse.Plain || IsSafe(c))
            {
                if (escapes && c is (byte)'"' or (byte)'\\' or (byte)']') Byte((byte)'\\');
                Byte(c);
            }
            else
            {
                Byte(use == LogFormatUse.Log ? (byte)'#' : (byte)'%');
                Byte(HexDigit.Upper(c >> 4));
                Byte(HexDigit.Upper(c & 15));
            }
        }
    }

    /// <summary>Logs only show printable ASCII without quotes, braces and the mark itself; HTTP forbids control characters but TAB.</summary>
    private readonly bool IsSafe(byte c) => use == LogFormatUse.Log ? IsSafeInLog(c) : c is (>= 32 and not 127) or (byte)'\t';

    private static bool IsSafeInLog(byte c) => c is >= 32 and < 127 and not ((byte)'"' or (byte)'#' or (byte)'{' or (byte)'|' or (byte)'}');
}
