namespace Evenkeel.Config.Keepalived.Language;

/// <summary>What makes a missing include file an error (keepalived.conf(5) "include_check" and the letters of `includeX`).</summary>
[Flags]
internal enum IncludeChecks
{
    None = 0,
    Readable = 1,
    Match = 2,
    WildcardMatch = 4,
    BraceMatch = 8,
    All = Readable | Match | WildcardMatch | BraceMatch,
}

/// <summary>Reads the words that name include checks.</summary>
internal static class IncludeCheckWords
{
    /// <summary>The checks an include keyword adds to the level in force, or null when the word is no include keyword.</summary>
    public static IncludeChecks? OfKeyword(ReadOnlySpan<char> keyword) => keyword switch
    {
        "include" => IncludeChecks.None,
        "includer" => IncludeChecks.Readable,
        "includem" => IncludeChecks.Match | IncludeChecks.Readable,
        "includew" => IncludeChecks.WildcardMatch | IncludeChecks.Match | IncludeChecks.Readable,
        "includeb" => IncludeChecks.BraceMatch | IncludeChecks.Readable,
        "includea" => IncludeChecks.All,
        _ => null,
    };

    /// <summary>One option of `include_check` without its sign, or null when there is no such option.</summary>
    public static IncludeChecks? OfOption(ReadOnlySpan<char> option) => option switch
    {
        "readable" => IncludeChecks.Readable,
        "match" => IncludeChecks.Match | IncludeChecks.Readable,
        "wildcard_match" => IncludeChecks.WildcardMatch | IncludeChecks.Readable,
        "brace_match" => IncludeChecks.BraceMatch | IncludeChecks.Readable,
        _ => null,
    };

    /// <summary>The level after `include_check OPTIONS`: plain words set it, `+` adds, `-` removes, nothing at all means every check.</summary>
    public static IncludeChecks Apply(IncludeChecks level, ReadOnlySpan<string> options, Action<string> unknownOption)
    {
        if (options.IsEmpty) return IncludeChecks.All;
        bool first = true;
        foreach (string option in options)
        {
            char sign = option.Length > 0 && option[0] is '+' or '-' ? option[0] : ' ';
            string name = sign == ' ' ? option : option[1..];
            if (OfOption(name) is not { } checks)
            {
                unknownOption(name);
                continue;
            }
            if (sign == ' ' && first) level = IncludeChecks.None;
            level = sign == '-' ? level & ~(checks & ~IncludeChecks.Readable) : level | checks;
            first = false;
        }
        return level;
    }
}
