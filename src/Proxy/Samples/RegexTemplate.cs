using Evenkeel.Linux.Pcre;

namespace Evenkeel.Proxy.Samples;

/// <summary>Replacement texts with `\0` to `\9` for what the groups matched, and `\xHH` for a byte.</summary>
internal static class RegexTemplate
{
    /// <summary>Writes the template with the groups of the last match.</summary>
    /// <param name="subject">What was matched.</param>
    public static bool TryExpand(ReadOnlySpan<byte> template, ReadOnlySpan<byte> subject, PcreMatch match, Span<byte> destination, out int length)
    {
        length = 0;
        for (var i = 0; i < template.Length; i++)
        {
            var piece = template.Slice(i, 1);
            if (template[i] == '\\' && i + 1 < template.Length)
            {
                i++;
                piece = template.Slice(i, 1);
                if (char.IsAsciiDigit((char)template[i]))
                {
                    piece = subject[match[template[i] - '0']];
                }
                else if (template[i] == 'x' && i + 2 < template.Length && HexDigit.ValueOf(template[i + 1]) is >= 0 and var high
                    && HexDigit.ValueOf(template[i + 2]) is >= 0 and var low)
                {
                    if (length == destination.Length) return false;
                    destination[length++] = (byte)((high << 4) | low);
                    i += 2;
                    continue;
                }
            }
            if (!piece.TryCopyTo(destination[length..])) return false;
            length += piece.Length;
        }
        return true;
    }
}
