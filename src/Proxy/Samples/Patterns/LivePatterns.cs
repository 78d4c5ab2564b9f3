using System.Text;
using Evenkeel.Linux.Pcre;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>
/// The patterns of an ACL's tests that ask for the same value the same way: those of their files and of their lines, matched as one set that follows their
/// changes.
/// </summary>
internal sealed class LivePatterns : PatternSet, IPatternUser
{
    private readonly MatchMethod _method;
    private readonly List<(PatternList List, IReadOnlyDictionary<string, NetworkModel> Names)> _lists = [];
    private volatile PatternSet _current;
    private volatile (FileEntries Entries, FileIndex Index)[] _files = [];
    private StringTable? _table;

    public LivePatterns(IReadOnlyList<AclTestModel> tests, PatternLists lists)
    {
        _method = tests[0].Method;
        IgnoresCase = tests[0].IgnoreCase;
        foreach (var test in tests)
        {
            var (file, line) = (test.Position.File, test.Position.Line);
            foreach (var patternFile in test.PatternFiles)
                Follow(lists.OfFile(patternFile, test.FilesAreMaps, test.Position), test, $"acl at file '{file}' line {line}");
            var ofLine = lists.OfLine(Entries(test), test.Position, test.UniqueId);
            Follow(ofLine, test, $"acl '{test.Expression.Fetch.Name}' file '{file}' line {line}");
        }
        _current = null!;
        Replaced();
    }

    public override SampleType Wants => _current.Wants;

    public string MethodName => MatchMethods.NameOf(_method);

    public bool IgnoresCase { get; }

    public bool TakesAnyKey => MatchMethods.TakesAnyKey(_method);

    public bool IsIndexed => !IgnoresCase && _method is MatchMethod.String or MatchMethod.Prefix or MatchMethod.Address;

    public override bool Matches(in Sample sample, SampleContext context)
    {
        if (_current.Matches(sample, context)) return true;
        foreach (var (entries, index) in _files)
            if (index.Find(sample, context, any: true, entries.Removed) >= 0) return true;
        return false;
    }

    public string? Complaint(string key) => MatchMethods.Complaint(_method, key, IgnoresCase);

    public void Added(PatternEntry entry)
    {
        // Exact strings are the lists that rules change with every request: those take single entries.
        if (_method != MatchMethod.String || IgnoresCase) Replaced();
        else Table().Add(entry.KeyBytes);
    }

    public void Removed(PatternEntry entry)
    {
        if (_method != MatchMethod.String || IgnoresCase || AddedEntries.Any(other => other.Key == entry.Key)) Replaced();
        else Table().Remove(entry.KeyBytes);
    }

    public void Prepare(PatternList list, FileEntries file)
    {
        foreach (var (its, names) in _lists)
            if (its == list) _ = file.Index(_method, IgnoresCase, names);
    }

    public void Replaced()
    {
        _table = null;
        var files = new List<(FileEntries, FileIndex)>();
        foreach (var (list, names) in _lists)
            if (list.File.Index(_method, IgnoresCase, names) is { } index) files.Add((list.File, index));
        _files = [.. files];
        _current = Create(_method, IgnoresCase, [.. AddedEntries]);
    }

    public PatternEntry? Find(PatternList list, string text)
    {
        var context = new SampleContext();
        var sample = default(Sample);
        sample.SetString(Encoding.Latin1.GetBytes(text));
        if (!SampleCast.TryCast(ref sample, Wants, context.Scratch)) return null;
        foreach (var (entries, index) in _files)
        {
            if (entries != list.File) continue;
            var found = index.Find(sample, context, any: false, entries.Removed);
            if (found >= 0) return entries.Entry(found);
        }
        foreach (var entry in list.Added())
            if (Create(_method, IgnoresCase, [entry]).Matches(sample, context)) return entry;
        return null;
    }

    private IEnumerable<PatternEntry> AddedEntries => _lists.SelectMany(static list => list.List.Entries);

    private void Follow(PatternList list, AclTestModel test, string use)
    {
        _lists.Add((list, test.ResolvedNames));
        list.AddUser(this, isMap: false, use);
    }

    private StringTable Table()
    {
        if (_table is not null) return _table;
        _table = new StringTable(AddedEntries.Select(entry => entry.KeyBytes));
        _current = _table;
        return _table;
    }

    private static IEnumerable<PatternEntry> Entries(AclTestModel test)
    {
        for (var i = 0; i < test.Patterns.Length; i++)
        {
            yield return new PatternEntry(test.Patterns[i], "")
            {
                Range = test.Method is MatchMethod.Integer or MatchMethod.Length ? test.Ranges[i] : null,
                Network = test.Method == MatchMethod.Address ? test.Networks[i] : null,
            };
        }
    }
}

/// <summary>Names and checks of match methods at run time.</summary>
internal static class MatchMethods
{
    public static string NameOf(MatchMethod method) => method switch
    {
        MatchMethod.Found => "found",
        MatchMethod.Boolean => "bool",
        MatchMethod.Integer => "int",
        MatchMethod.Address => "ip",
        MatchMethod.Binary => "bin",
        MatchMethod.Length => "len",
        MatchMethod.Prefix => "beg",
        MatchMethod.Substring => "sub",
        MatchMethod.Directory => "dir",
        MatchMethod.Domain => "dom",
        MatchMethod.Suffix => "end",
        MatchMethod.Regex => "reg",
        _ => "str",
    };

    /// <summary><see cref="Complaint"/> never has any.</summary>
    public static bool TakesAnyKey(MatchMethod method) =>
        method is not (MatchMethod.Integer or MatchMethod.Length or MatchMethod.Address or MatchMethod.Binary or MatchMethod.Regex);

    public static string? Complaint(MatchMethod method, string key, bool ignoreCase)
    {
        switch (method)
        {
            case MatchMethod.Integer or MatchMethod.Length:
                return PatternText.TryRange(key, out _, out var error) ? null : error;
            case MatchMethod.Address:
                return PatternText.TryNetwork(key, out _) ? null : PatternText.NotAnAddress(key);
            case MatchMethod.Binary:
                return PatternText.HexError(key);
            case MatchMethod.Regex:
                return PcreRegex.TryCompile(Encoding.Latin1.GetBytes(key), ignoreCase, out var wrong) is null ? $"regex '{key}' is invalid ({wrong})" : null;
            default:
                return null;
        }
    }
}
