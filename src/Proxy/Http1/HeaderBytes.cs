namespace Evenkeel.Proxy.Http1;

/// <summary>Classes of bytes in heads.</summary>
internal static class HeaderBytes
{
    /// <summary>Lower-case form of each token character (RFC 9110 §5.6.2), 0 for every other byte.</summary>
    private static readonly byte[] LowerToken = MakeLowerToken();

    public static bool IsToken(byte value) => LowerToken[value] != 0;

    /// <summary>Puts a header name in lower case where it stands.</summary>
    /// <returns>Its length; 0 when it is empty, -1 when a byte before the colon does not belong to a name or there is no colon.</returns>
    public static int LowerName(Span<byte> line)
    {
        var table = LowerToken;
        for (var i = 0; i < line.Length; i++)
        {
            var lower = table[line[i]];
            if (lower == 0) return line[i] == ':' ? i : -1;
            line[i] = lower;
        }

        return -1;
    }

    private static byte[] MakeLowerToken()
    {
        var table = new byte[256];
        foreach (var each in "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyz"u8) table[each] = each;
        for (var upper = 'A'; upper <= 'Z'; upper++) table[upper] = (byte)(upper | 0x20);
        return table;
    }
}
