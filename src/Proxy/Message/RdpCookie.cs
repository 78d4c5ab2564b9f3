namespace Evenkeel.Proxy.Message;

/// <summary>
/// The cookie in the first packet of a remote desktop connection: `Cookie: NAME=VALUE` in an X.224 connection request inside a TPKT frame
/// ([MS-RDPBCGR] 2.2.1.1).
/// </summary>
internal static class RdpCookie
{
    /// <summary>TPKT version, reserved byte and length (RFC 1006), then length indicator, code, two references and class of X.224.</summary>
    private const int FixedLength = 11;

    /// <returns>False when there is none, or not yet.</returns>
    /// <param name="bytes">What has been received from the client's first byte on.</param>
    public static bool TryFind(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value, out bool mayCome)
    {
        value = default;
        mayCome = bytes.Length < FixedLength && (bytes.IsEmpty || bytes[0] == 3);
        if (bytes.Length < FixedLength || bytes[0] != 3 || (bytes[5] & 0xF0) != 0xE0) return false;
        var length = bytes[4] - (FixedLength - 5);
        if (length < 0) return false;
        mayCome = bytes.Length < FixedLength + length;
        if (mayCome) return false;
        var data = bytes.Slice(FixedLength, length);
        if (!data.StartsWith("Cookie:"u8)) return false;
        data = data["Cookie:"u8.Length..].TrimStart((byte)' ');
        if (data.Length <= name.Length || data[name.Length] != '=') return false;
        if (!Samples.Patterns.ByteStringComparer.Same(data[..name.Length], name, ignoreCase: true)) return false;
        data = data[(name.Length + 1)..];
        var end = data.IndexOfAny((byte)'\r', (byte)'\n');
        value = end < 0 ? data : data[..end];
        return end >= 0;
    }
}
