using System.Buffers.Binary;
using Evenkeel.Model.Rules;
using Evenkeel.Proxy.Http1;

namespace Evenkeel.Proxy.Samples.Formats;

/// <summary>
/// Writes values as JSON (RFC 8259) or CBOR (RFC 8949) for the `json` and `cbor` flags of log formats (configuration.txt 8.2.6). CBOR comes out as
/// hexadecimal digits unless `bin` is set too. Strings are written in one piece where the original splits some at each encoded byte; both say the same.
/// </summary>
internal ref struct StructuredWriter(Span<byte> destination, LogFormatOptions options)
{
    private const byte MajorText = 0x60;
    private const byte MajorBytes = 0x40;
    private const byte MajorNegative = 0x20;
    private const byte IndefiniteMap = 0xBF;
    private const byte IndefiniteArray = 0x9F;
    private const byte Break = 0xFF;

    private readonly bool _isCbor = (options & LogFormatOptions.Cbor) != 0;
    private readonly bool _isHexadecimal = (options & LogFormatOptions.Binary) == 0;
    private LogWriter _writer = new(destination, LogFormatUse.Plain);

    public readonly int Length => _writer.Length;

    /// <summary>In JSON a number with the `X` flag becomes a string.</summary>
    public bool ShowsHexadecimal { get; set; } = (options & (LogFormatOptions.Hexadecimal | LogFormatOptions.Cbor)) == LogFormatOptions.Hexadecimal;

    public void BeginObject() => Mark((byte)'{', IndefiniteMap);

    public void EndObject() => Mark((byte)'}', Break);

    public void BeginArray() => Mark((byte)'[', IndefiniteArray);

    public void EndArray() => Mark((byte)']', Break);

    /// <summary>What stands between two entries of an object or array.</summary>
    public void Next()
    {
        if (!_isCbor) _writer.Literal(", "u8);
    }

    public void Key(scoped ReadOnlySpan<byte> name)
    {
        Text(name);
        if (!_isCbor) _writer.Literal(": "u8);
    }

    public void Null()
    {
        if (_isCbor) Put(0xF6);
        else _writer.Literal("null"u8);
    }

    /// <summary>A value that is not there: JSON writes an empty string as the original does, CBOR null.</summary>
    public void Missing()
    {
        if (_isCbor) Put(0xF6);
        else _writer.Literal("\"\""u8);
    }

    public void Boolean(bool value)
    {
        if (_isCbor) Put(value ? (byte)0xF5 : (byte)0xF4);
        else _writer.Literal(value ? "true"u8 : "false"u8);
    }

    public void Number(long value)
    {
        if (!_isCbor) _writer.Number(value);
        else if (value < 0) Head(MajorNegative, (ulong)(-1 - value));
        else Head(0, (ulong)value);
    }

    public void Text(scoped ReadOnlySpan<byte> text)
    {
        if (_isCbor)
        {
            Head(MajorText, (ulong)text.Length);
            Put(text);
            return;
        }
        _writer.Byte((byte)'"');
        foreach (var c in text)
        {
            if (c is (byte)'"' or (byte)'\\') _writer.Byte((byte)'\\');
            _writer.Byte(c);
        }
        _writer.Byte((byte)'"');
    }

    public void Bytes(scoped ReadOnlySpan<byte> bytes)
    {
        if (!_isCbor)
        {
            // As in the original, JSON shows a binary block as a string that ends at its first NUL.
            var end = bytes.IndexOf((byte)0);
            Text(end < 0 ? bytes : bytes[..end]);
            return;
        }
        Head(MajorBytes, (ulong)bytes.Length);
        Put(bytes);
    }

    private void Mark(byte json, byte cbor)
    {
        if (_isCbor) Put(cbor);
        else _writer.Byte(json);
    }

    /// <summary>Major type and argument in the shortest form (RFC 8949 §4.2.1).</summary>
    private void Head(byte major, ulong argument)
    {
        Span<byte> bytes = stackalloc byte[9];
        var (code, length) = argument switch
        {
            < 24 => ((byte)argument, 0),
            <= 0xFF => (24, 1),
            <= 0xFFFF => (25, 2),
            <= uint.MaxValue => (26, 4),
            _ => (27, 8),
        };
        bytes[0] = (byte)(major | code);
        Span<byte> wide = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(wide, argument);
        wide[(8 - length)..].CopyTo(bytes[1..]);
        Put(bytes[..(1 + length)]);
    }

    private void Put(byte value) => Put([value]);

    private void Put(scoped ReadOnlySpan<byte> bytes)
    {
        if (!_isHexadecimal)
        {
            _writer.Literal(bytes);
            return;
        }
        foreach (var b in bytes)
        {
            _writer.Byte(HexDigit.Upper(b >> 4));
            _writer.Byte(HexDigit.Upper(b & 15));
        }
    }
}
