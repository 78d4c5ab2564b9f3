namespace Evenkeel.Config.Text;

/// <summary>A version as `version_atleast()` compares it: `3.5-dev5-12` or `3.5.1`; missing parts are zero, and so is what is no number.</summary>
/// <remarks>A development version is older than its release: `-devN` counts below zero in <see cref="Stage"/>.</remarks>
public readonly record struct VersionNumber(long Major, long Minor, long Stage, long Commits) : IComparable<VersionNumber>
{
    /// <summary>The HAProxy version this program is compatible with, as its answers to conditions state it.</summary>
    public static readonly VersionNumber Compatible = Parse("3.5-dev5");

    /// <summary>A release is newer than any development or candidate version of the same branch.</summary>
    private const long ReleaseStage = 1_000_000;

    private const long CandidateStage = 500_000;

    public static VersionNumber Parse(string text)
    {
        var at = 0;
        var major = Number(text, ref at);
        var minor = Skip(text, ref at, ".") ? Number(text, ref at) : 0;
        long stage = ReleaseStage;
        if (Skip(text, ref at, "-dev")) stage = Number(text, ref at);
        else if (Skip(text, ref at, "-rc")) stage = CandidateStage + Number(text, ref at);
        else if (Skip(text, ref at, ".")) stage = ReleaseStage + Number(text, ref at);
        var commits = Skip(text, ref at, "-") ? Number(text, ref at) : 0;
        return new VersionNumber(major, minor, stage, commits);
    }

    public int CompareTo(VersionNumber other) =>
        (Major, Minor, Stage, Commits).CompareTo((other.Major, other.Minor, other.Stage, other.Commits));

    public static bool operator <(VersionNumber left, VersionNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(VersionNumber left, VersionNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(VersionNumber left, VersionNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(VersionNumber left, VersionNumber right) => left.CompareTo(right) >= 0;

    private static bool Skip(string text, ref int at, string mark)
    {
        if (string.CompareOrdinal(text, at, mark, 0, mark.Length) != 0) return false;
        at += mark.Length;
        return true;
    }

    private static long Number(string text, ref int at)
    {
        long value = 0;
        for (; at < text.Length && char.IsAsciiDigit(text[at]); at++) value = Math.Min(value * 10 + text[at] - '0', ReleaseStage);
        return value;
    }
}
