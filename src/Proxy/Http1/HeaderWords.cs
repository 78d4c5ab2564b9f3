using System.Text;

namespace Evenkeel.Proxy.Http1;

/// <summary>Comma-separated words in header values.</summary>
internal static class HeaderWords
{
    public static bool EqualsIgnoreCase(ReadOnlySpan<byte> word, ReadOnlySpan<byte> lower) =>
        word.Length == lower.Length && Ascii.EqualsIgnoreCase(word, lower);

    public static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        text.Length >= lower.Length && Ascii.EqualsIgnoreCase(text[..lower.Length], lower);

    public static bool Contains(ReadOnlySpan<byte> list, ReadOnlySpan<byte> lowerWord)
    {
        while (!list.IsEmpty)
        {
            var comma = list.IndexOf((byte)',');
            if (EqualsIgnoreCase((comma < 0 ? list : list[..comma]).Trim(" \t"u8), lowerWord)) return true;
            list = comma < 0 ? default : list[(comma + 1)..];
        }

        return false;
    }

    /// <summary>Appends ", word"; a word that does not fit is left out, since a list that long is not meant seriously.</summary>
    /// <returns>The new length.</returns>
    public static int AppendWord(Span<byte> list, int length, ReadOnlySpan<byte> word)
    {
        var separator = length == 0 ? 0 : 2;
        if (length + separator + word.Length > list.Length) return length;
        if (separator > 0) ", "u8.CopyTo(list[length..]);
        word.CopyTo(list[(length + separator)..]);
        return length + separator + word.Length;
    }
}
