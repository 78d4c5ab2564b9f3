namespace Evenkeel.Proxy.Servers.Persistence;

/// <summary>The dates in a persistence cookie (`maxidle`, `maxlife`): units of four seconds since 1970 in five letters of base64.</summary>
internal static class CookieDate
{
    public const int Length = 5;
    private const int BitsPerLetter = 6;

    /// <summary>A clock that is ahead is forgiven this long: 24 hours.</summary>
    private const long MaxAheadSeconds = 86_400;

    private static ReadOnlySpan<byte> Letters => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"u8;

    public static int Of(long unixSeconds) => (int)(unixSeconds >> 2) & ((1 << (Length * BitsPerLetter)) - 1);

    public static void Write(int date, Span<byte> text)
    {
        for (var i = 0; i < Length; i++) text[i] = Letters[(date >> ((Length - 1 - i) * BitsPerLetter)) & 63];
    }

    /// <returns>0 when it is no date.</returns>
    public static int Read(ReadOnlySpan<byte> text)
    {
        if (text.Length != Length) return 0;
        var date = 0;
        foreach (var letter in text)
        {
            var value = Letters.IndexOf(letter);
            if (value < 0) return 0;
            date = (date << BitsPerLetter) | value;
        }

        return date;
    }

    /// <summary>Older than the limit, or too far in the future to be believed.</summary>
    public static bool IsOver(int date, int limitSeconds, long nowSeconds)
    {
        var seconds = (long)date << 2;
        return seconds + limitSeconds < nowSeconds || seconds - MaxAheadSeconds > nowSeconds;
    }
}
