namespace Evenkeel.Proxy.Servers.Health;

/// <summary>Reads the typed data of SPOP frames (SPOE.txt 3.1). Peer bytes: everything is bounded by the frame.</summary>
internal static class SpopData
{
    /// <summary>A text: its length, then its bytes.</summary>
    public static bool TryText(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!TryInteger(ref rest, out var length) || length > (ulong)rest.Length) return false;
        text = rest[..(int)length];
        rest = rest[(int)length..];
        return true;
    }

    /// <summary>A typed value; its bytes when it is a text or binary, else nothing.</summary>
    public static bool TryValue(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (rest.IsEmpty) return false;
        var type = rest[0] & 0x0F;
        rest = rest[1..];
        switch (type)
        {
            case 0 or 1:
                return true;
            case >= 2 and <= 5:
                return TryInteger(ref rest, out _);
            case 6 or 7:
                var size = type == 6 ? 4 : 16;
                if (rest.Length < size) return false;
                rest = rest[size..];
                return true;
            case 8 or 9:
                return TryText(ref rest, out value);
            default:
                return false;
        }
    }

    /// <summary>Up to 239 in one byte; above, four bits of it and then seven of each byte that follows, the last one below 128.</summary>
    private static bool TryInteger(ref ReadOnlySpan<byte> rest, out ulong number)
    {
        number = 0;
        if (rest.IsEmpty) return false;
        number = rest[0];
        var at = 1;
        if (number >= 240)
        {
            for (var shift = 4; ; shift += 7, at++)
            {
                if (at >= rest.Length || shift > 60) return false;
                number += (ulong)rest[at] << shift;
                if (rest[at] < 128) break;
            }
            at++;
        }
        rest = rest[at..];
        return true;
    }
}
