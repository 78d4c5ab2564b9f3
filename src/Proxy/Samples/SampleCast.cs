using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples;

/// <summary>Turns a value into another type where <see cref="SampleCasts"/> allows it (configuration.txt 7.1).</summary>
public static class SampleCast
{
    /// <summary>Longest text of an address: an IPv6 address with an embedded IPv4 one.</summary>
    private const int AddressTextLength = 45;
    private const int IntegerTextLength = 20;

    /// <summary>Casts in place.</summary>
    /// <returns>False when this value has no equivalent: a text that is no address, an address as a number.</returns>
    public static bool TryCast(ref Sample sample, SampleType to, ScratchArena scratch)
    {
        if (to == SampleType.Any || to == sample.Type) return true;
        return to switch
        {
            SampleType.Boolean => ToBoolean(ref sample),
            SampleType.Integer => ToInteger(ref sample),
            SampleType.Address => sample.IsAddress || ToAddress(ref sample),
            SampleType.IPv4 => ToIPv4(ref sample),
            SampleType.IPv6 => ToIPv6(ref sample),
            SampleType.String => ToString(ref sample, scratch),
            SampleType.Binary => ToBinary(ref sample, scratch),
            _ => ToMethod(ref sample),
        };
    }

    /// <summary>Reads a decimal number at the start of a text and ignores what follows; saturates; a text without digits is 0.</summary>
    public static long ParseInteger(ReadOnlySpan<byte> text)
    {
        var at = 0;
        var negative = false;
        if (text.Length > 0 && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            at = 1;
        }
        UInt128 value = 0;
        for (; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            value = value * 10 + (UInt128)(text[at] - '0');
            if (value > (UInt128)long.MaxValue + 1) return negative ? long.MinValue : long.MaxValue;
        }
        if (negative) return value > long.MaxValue ? long.MinValue : -(long)value;
        return value > long.MaxValue ? long.MaxValue : (long)value;
    }

    /// <summary>What the `*_val` fetches read: digits behind an optional minus, kept to 32 bits by leaving out what overflows, as in the original.</summary>
    public static int ParseInt32(ReadOnlySpan<byte> text)
    {
        var negative = text is [(byte)'-', ..];
        var value = 0u;
        foreach (var c in negative ? text[1..] : text)
        {
            if (c is < (byte)'0' or > (byte)'9') break;
            value = unchecked(value * 10 + c - '0');
        }
        return unchecked((int)(negative ? 0 - value : value));
    }

    /// <summary>Writes an address as text.</summary>
    public static bool TryFormatAddress(in Sample sample, Span<byte> destination, out int length)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (sample.Type == SampleType.IPv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)sample.Address);
            return FormatIPv4(bytes[..4], destination, out length);
        }
        BinaryPrimitives.WriteUInt128BigEndian(bytes, sample.Address);
        return IPv6Text.TryFormat(bytes, destination, out length);
    }

    private static bool FormatIPv4(ReadOnlySpan<byte> bytes, Span<byte> destination, out int length)
    {
        length = 0;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (i > 0)
            {
                if (length == destination.Length) return false;
                destination[length++] = (byte)'.';
            }
            if (!Utf8Formatter.TryFormat(bytes[i], destination[length..], out var written)) return false;
            length += written;
        }
        return true;
    }

    /// <summary>Reads an IPv4 or IPv6 address that takes up the whole text.</summary>
    public static bool TryParseAddress(ReadOnlySpan<byte> text, ref Sample sample)
    {
        if (text.Length is 0 or > AddressTextLength) return false;
        if (text.Contains((byte)':'))
        {
            Span<byte> bytes = stackalloc byte[16];
            if (!IPv6Text.TryParse(text, bytes)) return false;
            sample.SetIPv6(BinaryPrimitives.ReadUInt128BigEndian(bytes));
            return true;
        }
        if (!TryParseIPv4(text, out var value)) return false;
        sample.SetIPv4(value);
        return true;
    }

    private static bool TryParseIPv4(ReadOnlySpan<byte> text, out uint value)
    {
        value = 0;
        for (var part = 0; part < 4; part++)
        {
            var end = part < 3 ? text.IndexOf((byte)'.') : text.Length;
            if (end is < 1 or > 3) return false;
            var octet = 0;
            foreach (var c in text[..end])
            {
                if (c is < (byte)'0' or > (byte)'9') return false;
                octet = octet * 10 + (c - '0');
            }
            if (octet > 255) return false;
            value = (value << 8) | (uint)octet;
            text = part < 3 ? text[(end + 1)..] : default;
        }
        return true;
    }

    private static bool ToBoolean(ref Sample sample)
    {
        if (sample.Type == SampleType.String && !ToInteger(ref sample)) return false;
        if (sample.Type != SampleType.Integer) return false;
        sample.SetBoolean(sample.Integer != 0);
        return true;
    }

    private static bool ToInteger(ref Sample sample)
    {
        switch (sample.Type)
        {
            case SampleType.Boolean:
                sample.Type = SampleType.Integer;
                return true;
            case SampleType.IPv4:
                sample.SetInteger((uint)sample.Address);
                return true;
            case SampleType.String when !sample.Bytes.IsEmpty:
                sample.SetInteger(ParseInteger(sample.Bytes));
                return true;
            default:
                return false;
        }
    }

    private static readonly System.Buffers.SearchValues<byte> DigitsAndDots = System.Buffers.SearchValues.Create("0123456789."u8);

    private static bool ToAddress(ref Sample sample)
    {
        if (sample.Type == SampleType.Integer)
        {
            sample.SetIPv4((uint)sample.Integer);
            return true;
        }
        if (sample.Type != SampleType.String) return false;
        // As in the original, the text may go on behind an IPv4 address: "192.0.2.1:80", "192.0.2.1/page".
        var end = sample.Bytes.IndexOfAnyExcept(DigitsAndDots);
        return (end > 0 && TryParseAddress(sample.Bytes[..end], ref sample)) || TryParseAddress(sample.Bytes, ref sample);
    }

    private static bool ToIPv4(ref Sample sample)
    {
        if (!sample.IsAddress && !ToAddress(ref sample)) return false;
        if (sample.Type == SampleType.IPv4) return true;
        if (!AddressFamilies.TryEmbeddedIPv4(sample.Address, out var embedded)) return false;
        sample.SetIPv4(embedded);
        return true;
    }

    private static bool ToIPv6(ref Sample sample)
    {
        if (!sample.IsAddress && !ToAddress(ref sample)) return false;
        if (sample.Type == SampleType.IPv4) sample.SetIPv6(AddressFamilies.Mapped((uint)sample.Address));
        return true;
    }

    private static bool ToString(ref Sample sample, ScratchArena scratch)
    {
        switch (sample.Type)
        {
            case SampleType.Method:
                sample.Type = SampleType.String;
                return true;
            case SampleType.Binary:
                // A text ends where the original's does: at the first NUL.
                var end = sample.Bytes.IndexOf((byte)0);
                sample.SetString(end < 0 ? sample.Bytes : sample.Bytes[..end]);
                return true;
            case SampleType.Boolean or SampleType.Integer:
                if (scratch.Free.Length < IntegerTextLength || !Utf8Formatter.TryFormat(sample.Integer, scratch.Free, out var digits)) return false;
                sample.SetString(scratch.Keep(digits));
                return true;
            default:
                if (scratch.Free.Length < AddressTextLength || !TryFormatAddress(sample, scratch.Free, out var length)) return false;
                sample.SetString(scratch.Keep(length));
                return true;
        }
    }

    private static bool ToBinary(ref Sample sample, ScratchArena scratch)
    {
        if (sample.Type is SampleType.String or SampleType.Method)
        {
            sample.Type = SampleType.Binary;
            return true;
        }
        var free = scratch.Free;
        if (free.Length < 16) return false;
        switch (sample.Type)
        {
            case SampleType.IPv4:
                BinaryPrimitives.WriteUInt32BigEndian(free, (uint)sample.Address);
                sample.SetBinary(scratch.Keep(4));
                return true;
            case SampleType.IPv6:
                BinaryPrimitives.WriteUInt128BigEndian(free, sample.Address);
                sample.SetBinary(scratch.Keep(16));
                return true;
            default:
                BinaryPrimitives.WriteInt64BigEndian(free, sample.Integer);
                sample.SetBinary(scratch.Keep(8));
                return true;
        }
    }

    private static bool ToMethod(ref Sample sample)
    {
        if (sample.Type is not (SampleType.String or SampleType.Binary)) return false;
        sample.Type = SampleType.Method;
        return true;
    }
}
