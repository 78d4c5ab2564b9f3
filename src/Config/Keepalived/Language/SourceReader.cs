using System.Text;
using Evenkeel.Model;

namespace Evenkeel.Config.Keepalived.Language;

/// <summary>
/// Reads the main file and all it includes into <see cref="PhysicalLine"/>s, the way the original's parent process does before any other looks at them.
/// </summary>
/// <remarks>Limits: <see cref="MaxDepth"/> files inside each other, <see cref="MaxBytes"/> in all, so that an include of itself or of a device ends.</remarks>
internal sealed class SourceReader(IWorld world, Complaints complaints)
{
    /// <summary>Deeper than any sane tree of files; an include of itself stops here.</summary>
    public const int MaxDepth = 32;

    /// <summary>Text of all files together. 64 MiB is about a million lines.</summary>
    public const int MaxBytes = 64 << 20;

    private readonly List<PhysicalLine> _lines = [];
    private long _bytes;
    private IncludeChecks _level;

    public IReadOnlyList<PhysicalLine> Lines => _lines;

    /// <summary>A missing include that the operator wanted to be an error: the original stops after the first pass with exit code 6.</summary>
    public bool IncludeFailed { get; private set; }

    public bool AnyFile { get; private set; }

    public void ReadMain(string path)
    {
        // The main file goes through the same glob as an include, hence its messages.
        var matches = Matches(path, "");
        if (matches.Count == 0)
        {
            complaints.NoteEverywhere($"Config files missing '{path}'.");
            return;
        }
        foreach (string match in matches) ReadFile(match, "", isMain: true, depth: 0);
    }

    private List<string> Matches(string pattern, string directory)
    {
        bool relative = directory.Length > 0 && !pattern.StartsWith('/');
        string prefix = relative ? directory + "/" : "";
        var found = new List<string>();
        foreach (string path in world.Glob(prefix + pattern)) found.Add(relative
            && path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : path);
        return found;
    }

    /// <summary>False when the file could not be read.</summary>
    private bool ReadFile(string name, string directory, bool isMain, int depth)
    {
        string path = name.StartsWith('/') || directory.Length == 0 ? name : $"{directory}/{name}";
        if (world.DirectoryExists(path))
        {
            complaints.Note($"Configuration file '{name.TrimEnd('/')}/' is a directory - skipping");
            return false;
        }
        if (world.ReadFile(path, out string error) is not { } bytes)
        {
            complaints.Note($"Configuration file '{name}' open problem ({error}) - skipping");
            return false;
        }
        AnyFile = true;
        _bytes += bytes.Length;
        if (_bytes > MaxBytes || depth > MaxDepth)
        {
            complaints.Error($"Configuration file '{name}' is too large or included too deeply - skipping");
            return false;
        }
        int slash = path.LastIndexOf('/');
        var file = new SourceFile(name, slash < 0 ? "" : slash == 0 ? "/" : path[..slash], isMain);
        var levelOutside = _level;
        ReadLines(bytes, file, depth);
        _level = levelOutside;
        return true;
    }

    private void ReadLines(byte[] bytes, SourceFile file, int depth)
    {
        var rest = bytes.AsSpan();
        if (rest.StartsWith(Encoding.UTF8.Preamble)) rest = rest[3..];
        for (int number = 1; !rest.IsEmpty; number++)
        {
            int end = rest.IndexOf((byte)'\n');
            var raw = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            complaints.At(file, number - 1);
            if (raw.Contains((byte)0))
            {
                complaints.Note("configuration appears to have embedded NULs - ignoring line");
                continue;
            }
            AddLine(Encoding.UTF8.GetString(raw), file, number, depth);
        }
    }

    private void AddLine(string raw, SourceFile file, int number, int depth)
    {
        string text = LineText.WithoutComment(raw, out bool unterminated);
        complaints.At(file, number);
        if (text.StartsWith("include", StringComparison.Ordinal) && Include(text, file, depth)) return;
        NoticeIncludeCheck(text);
        string? complaint = unterminated ? $"Unterminated quote '{text}'" : null;
        if (text.Length > 0) _lines.Add(new PhysicalLine(text, file, number, complaint));
    }

    /// <summary>`include_check` counts from here to the end of the file and in what the file includes, so it is obeyed while reading.</summary>
    private void NoticeIncludeCheck(string text)
    {
        if (!text.StartsWith("include_check", StringComparison.Ordinal)) return;
        var words = Words.Split(text, out _);
        if (words.Count == 0 || words[0] != "include_check") return;
        _level = IncludeCheckWords.Apply(_level, words.ToArray().AsSpan(1), _ => { });
    }

    /// <summary>False when the line is no include at all (`includex`, or an include without a name, which is an unknown keyword later).</summary>
    private bool Include(string text, SourceFile file, int depth)
    {
        int blank = LineText.IndexOfWhiteSpace(text);
        if (blank < 0 || IncludeCheckWords.OfKeyword(text.AsSpan(0, blank)) is not { } added) return false;
        string pattern = text[blank..].Trim();
        if (pattern.Length >= 2 && pattern[0] == '"' && pattern[^1] == '"') pattern = pattern[1..^1];
        var checks = _level | added;
        var matches = Matches(pattern, file.Directory);
        bool braces = pattern.Contains('{', StringComparison.Ordinal);
        bool wildcard = pattern.AsSpan().IndexOfAny('*', '?', '[') >= 0;
        if (matches.Count == 0)
        {
            NothingMatched(pattern, checks, braces, wildcard, file.Directory);
            return true;
        }
        if (braces && !EveryAlternativeMatches(pattern, file.Directory))
        {
            complaints.Note($"Some config files missing: \"{pattern}\".");
            if (checks.HasFlag(IncludeChecks.BraceMatch))
            {
                IncludeFailed = true;
                return true;
            }
        }
        var here = complaints.Position;
        foreach (string match in matches)
        {
            if (!ReadFile(match, file.Directory, isMain: false, depth + 1) && checks != IncludeChecks.None) IncludeFailed = true;
            complaints.Position = here;
        }
        return true;
    }

    private void NothingMatched(string pattern, IncludeChecks checks, bool braces, bool wildcard, string directory)
    {
        bool noDirectory = !DirectoryOfExists(pattern, directory);
        if (braces || !wildcard || noDirectory) complaints.NoteEverywhere($"Config files missing '{pattern}'.");
        else if (checks.HasFlag(IncludeChecks.WildcardMatch)) complaints.Note($"No config files matched '{pattern}'.");
        var relevant = braces ? IncludeChecks.BraceMatch : wildcard && !noDirectory ? IncludeChecks.WildcardMatch : IncludeChecks.Match;
        if ((checks & relevant) != 0) IncludeFailed = true;
    }

    /// <summary>Whether the part of a pattern before its first wildcard names a directory that is there.</summary>
    private bool DirectoryOfExists(string pattern, string directory)
    {
        int wildcard = pattern.AsSpan().IndexOfAny("*?[{");
        int slash = (wildcard < 0 ? pattern : pattern[..wildcard]).LastIndexOf('/');
        if (slash == 0) return true;
        string path = slash < 0 ? directory : pattern.StartsWith('/') || directory.Length == 0 ? pattern[..slash] : $"{directory}/{pattern[..slash]}";
        return path.Length == 0 || world.DirectoryExists(path);
    }

    private bool EveryAlternativeMatches(string pattern, string directory)
    {
        foreach (string alternative in BraceAlternatives.Of(pattern))
            if (Matches(alternative, directory).Count == 0) return false;
        return true;
    }
}
