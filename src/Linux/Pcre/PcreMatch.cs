using System.Runtime.InteropServices;

namespace Evenkeel.Linux.Pcre;

/// <summary>Where the groups of the last match lie. One for each thread that matches; reused for every match.</summary>
public sealed unsafe partial class PcreMatch
{
    /// <summary>The whole match and nine groups and more: replacements can name \0 to \9.</summary>
    public const int MaxGroups = 32;

    private readonly nuint* _offsets;

    public PcreMatch()
    {
        Data = pcre2_match_data_create_8(MaxGroups, 0);
        if (Data == 0) throw new InsufficientMemoryException("no memory for a PCRE2 match");
        _offsets = pcre2_get_ovector_pointer_8(Data);
    }

    ~PcreMatch() => pcre2_match_data_free_8(Data);

    /// <summary>Groups that took part, the whole match included; 0 or less when there was no match.</summary>
    public int Count { get; internal set; }

    internal nint Data { get; }

    /// <summary>The bytes of a group in the subject that was matched; empty for a group that did not take part.</summary>
    public Range this[int group]
    {
        get
        {
            // Bound: PCRE2 wrote Count pairs of offsets into its own vector of MaxGroups pairs, which lives as long as Data.
            if ((uint)group >= (uint)Math.Min(Count, MaxGroups)) return 0..0;
            var start = _offsets[group * 2];
            return start == nuint.MaxValue ? 0..0 : (int)start..(int)_offsets[group * 2 + 1];
        }
    }

    [LibraryImport("libpcre2-8.so.0")]
    private static partial nint pcre2_match_data_create_8(uint pairs, nint context);

    [LibraryImport("libpcre2-8.so.0")]
    private static partial nuint* pcre2_get_ovector_pointer_8(nint matchData);

    [LibraryImport("libpcre2-8.so.0")]
    private static partial void pcre2_match_data_free_8(nint matchData);
}
