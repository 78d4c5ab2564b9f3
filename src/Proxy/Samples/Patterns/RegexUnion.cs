using Evenkeel.Linux.Pcre;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>
/// Joins the regular expressions of an ACL into alternatives of a few large ones: which of them matches does not matter there, and one pass of compiled code
/// over the text costs less than a call for each.
/// </summary>
internal static class RegexUnion
{
    /// <summary>Alternatives in one expression; PCRE2 gives up on programs beyond 64 KiB.</summary>
    private const int MostTogether = 256;

    public static PcreRegex[] Compile(byte[][] patterns, bool ignoreCase)
    {
        var compiled = new List<PcreRegex>();
        byte[][] simple = [.. patterns.Where(static pattern => IsSimple(pattern))];
        for (var start = 0; start < simple.Length; start += MostTogether)
            AddUnion(simple.AsSpan(start, Math.Min(MostTogether, simple.Length - start)), ignoreCase, compiled);
        foreach (var pattern in patterns)
            if (!IsSimple(pattern)) compiled.Add(PcreRegex.TryCompile(pattern, ignoreCase, out _)!);
        return [.. compiled];
    }

    private static void AddUnion(ReadOnlySpan<byte[]> patterns, bool ignoreCase, List<PcreRegex> compiled)
    {
        if (patterns.Length == 1)
        {
            compiled.Add(PcreRegex.TryCompile(patterns[0], ignoreCase, out _)!);
            return;
        }
        var text = new List<byte>();
        foreach (var pattern in patterns)
        {
            if (text.Count > 0) text.Add((byte)'|');
            text.AddRange("(?:"u8);
            text.AddRange(pattern);
            text.Add((byte)')');
        }
        if (PcreRegex.TryCompile(text.ToArray(), ignoreCase, out _, withoutGroups: true) is { } union)
        {
            compiled.Add(union);
            return;
        }
        AddUnion(patterns[..(patterns.Length / 2)], ignoreCase, compiled);
        AddUnion(patterns[(patterns.Length / 2)..], ignoreCase, compiled);
    }

    /// <summary>
    /// Means the same inside of a group among others: no reference to a group by number or name, no verb, option, quotation or comment that could reach
    /// beyond it.
    /// </summary>
    private static bool IsSimple(ReadOnlySpan<byte> pattern)
    {
        for (var i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == '\\')
            {
                if (i + 1 == pattern.Length || !IsSimpleEscape(pattern[++i])) return false;
            }
            else if (pattern[i] == '(' && i + 1 < pattern.Length && pattern[i + 1] is (byte)'?' or (byte)'*')
            {
                if (pattern[i + 1] != '?' || i + 2 == pattern.Length || pattern[i + 2] is not ((byte)':' or (byte)'=' or (byte)'!')) return false;
            }
        }
        return true;
    }

    /// <summary>Not a digit, nor one of the letters that reach beyond themselves: groups by name (g, k), quotation (Q, E), the match's start (K, G).</summary>
    private static bool IsSimpleEscape(byte c) => !char.IsAsciiDigit((char)c) && !"gkQEKGcoxNpP"u8.Contains(c);
}
