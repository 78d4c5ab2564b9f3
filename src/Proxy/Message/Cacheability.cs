namespace Evenkeel.Proxy.Message;

/// <summary>What a shared cache may do with a response.</summary>
[Flags]
public enum Caching : byte
{
    None = 0,

    /// <summary>It may be kept: nothing forbids it, and it says how long it is good or how to ask whether it still is.</summary>
    Cacheable = 1,

    /// <summary>Its cookies may be kept with it.</summary>
    WithCookies = 2,
}

/// <summary>Judges responses for `cookie ... nocache` and `option checkcache` (configuration.txt 4.2 "option checkcache"; RFC 9111 §3).</summary>
internal static class Cacheability
{
    public static Caching Of(HttpMessage response, HttpMethod requestMethod)
    {
        var isKeptByItself = requestMethod is HttpMethod.Get or HttpMethod.Head or HttpMethod.Options or HttpMethod.Trace
            && response.Status is 200 or 203 or 204 or 206 or 300 or 301 or 404 or 405 or 410 or 414 or 501;
        var caching = isKeptByItself ? Caching.Cacheable | Caching.WithCookies : Caching.None;
        var (isForbidden, isFresh) = (false, false);
        for (var i = 0; i < response.HeaderCount; i++)
        {
            var name = response.Name(i);
            if (name.SequenceEqual("expires"u8) || name.SequenceEqual("last-modified"u8) || name.SequenceEqual("etag"u8)) isFresh = true;
            else if (name.SequenceEqual("pragma"u8)) isForbidden |= HasWord(response.Value(i), "no-cache"u8);
            else if (name.SequenceEqual("cache-control"u8)) Read(response.Value(i), ref caching, ref isForbidden, ref isFresh);
        }

        return isForbidden || !isFresh ? Caching.None : caching;
    }

    private static void Read(ReadOnlySpan<byte> list, ref Caching caching, ref bool isForbidden, ref bool isFresh)
    {
        while (TryTake(ref list, out var word))
        {
            if (Is(word, "public"u8)) caching |= Caching.Cacheable | Caching.WithCookies;
            else if (Is(word, "no-cache=\"set-cookie\""u8)) caching &= ~Caching.WithCookies;
            else if (Is(word, "private"u8) || Is(word, "no-store"u8) || Is(word, "max-age=0"u8) || Is(word, "s-maxage=0"u8) || Begins(word, "no-cache"u8))
                isForbidden = true;
            else if (Begins(word, "max-age="u8) || Begins(word, "s-maxage="u8)) isFresh = true;
        }
    }

    private static bool HasWord(ReadOnlySpan<byte> list, ReadOnlySpan<byte> wanted)
    {
        while (TryTake(ref list, out var word))
            if (Is(word, wanted)) return true;
        return false;
    }

    /// <summary>Takes the next word of a list; commas in quotes belong to it.</summary>
    private static bool TryTake(ref ReadOnlySpan<byte> list, out ReadOnlySpan<byte> word)
    {
        word = default;
        if (list.IsEmpty) return false;
        var (end, quoted) = (0, false);
        for (; end < list.Length && (quoted || list[end] != ','); end++)
            if (list[end] == '"') quoted = !quoted;
        word = list[..end].Trim(" \t"u8);
        list = end < list.Length ? list[(end + 1)..] : default;
        return true;
    }

    private static bool Is(ReadOnlySpan<byte> word, ReadOnlySpan<byte> lower) => word.Length == lower.Length && Begins(word, lower);

    private static bool Begins(ReadOnlySpan<byte> word, ReadOnlySpan<byte> lower) =>
        word.Length >= lower.Length && System.Text.Ascii.EqualsIgnoreCase(word[..lower.Length], lower);
}
