using System.Text;
using Evenkeel.Linux.Pcre;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>The patterns of one ACL test: those of its files and of its line, matched as one set that follows their changes.</summary>
internal sealed class LivePatterns : PatternSet, IPatternUser
{
    private readonly AclTestModel _model;
    private readonly PatternList[] _lists;
    private volatile PatternSet _current;
    private StringTable? _table;

    public LivePatterns(AclTestModel model, PatternLists lists)
    {
        _model = model;
        var next = 0;
        var files = new List<PatternList>();
        foreach (var file in model.PatternFiles)
        {
            var first = next;
            next += file.Lines.Length;
            files.Add(lists.OfFile(file.Path, () => Entries(model, first, file.Lines.Length), model.Position));
        }
        _lists = [.. files, lists.OfLine(Entries(model, next, model.Patterns.Length - next), model.Position, model.UniqueId)];
        foreach (var list in _lists)
        {
            var (file, line) = (model.Position.File, model.Position.Line);
            var criterion = model.Expression.Fetch.Name;
            list.AddUser(this, isMap: false, list.Name.Length > 0 ? $"acl at file '{file}' line {line}" : $"acl '{criterion}' file '{file}' line {line}");
        }
        _current = Create(model);
        // After a reload a list may have kept what operators made of it.
        if (files.Exists(static list => list.IsContinued)) Replaced();
    }

    public override SampleType Wants => _current.Wants;

    public string MethodName => MatchMethods.NameOf(_model.Method);

    public bool IgnoresCase => _model.IgnoreCase;

    public bool IsIndexed => !_model.IgnoreCase && _model.Method is MatchMethod.String or MatchMethod.Prefix or MatchMethod.Address;

    public override bool Matches(in Sample sample, SampleContext context) => _current.Matches(sample, context);

    public string? Complaint(string key) => MatchMethods.Complaint(_model.Method, key, _model.IgnoreCase);

    public void Added(PatternEntry entry)
    {
        // Exact strings are the lists that rules change with every request: those take single entries.
        if (_model.Method != MatchMethod.String || _model.IgnoreCase) Replaced();
        else Table().Add(entry.KeyBytes);
    }

    public void Removed(PatternEntry entry)
    {
        if (_model.Method != MatchMethod.String || _model.IgnoreCase || _lists.Any(list => list.Entries.Any(other => other.Key == entry.Key))) Replaced();
        else Table().Remove(entry.KeyBytes);
    }

    public void Replaced()
    {
        _table = null;
        _current = Create(With([.. _lists.SelectMany(list => list.Entries)]));
    }

    public PatternEntry? Find(string text)
    {
        var context = new SampleContext();
        foreach (var list in _lists)
        {
            foreach (var entry in list.Snapshot())
            {
                var sample = default(Sample);
                sample.SetString(Encoding.Latin1.GetBytes(text));
                var pattern = Create(With([entry]));
                if (SampleCast.TryCast(ref sample, pattern.Wants, context.Scratch) && pattern.Matches(sample, context)) return entry;
            }
        }
        return null;
    }

    private StringTable Table()
    {
        if (_table is not null) return _table;
        _table = new StringTable(_lists.SelectMany(list => list.Entries).Select(entry => entry.KeyBytes));
        _current = _table;
        return _table;
    }

    private AclTestModel With(PatternEntry[] entries) => _model with
    {
        Patterns = [.. entries.Select(entry => entry.Key)],
        Ranges = _model.Method is MatchMethod.Integer or MatchMethod.Length ? [.. entries.Select(entry => entry.AsRange())] : [],
        Networks = _model.Method == MatchMethod.Address ? [.. entries.Select(entry => entry.AsNetwork())] : [],
    };

    private static IEnumerable<PatternEntry> Entries(AclTestModel model, int first, int count)
    {
        for (var i = first; i < first + count; i++)
        {
            yield return new PatternEntry(model.Patterns[i], "")
            {
                Range = model.Method is MatchMethod.Integer or MatchMethod.Length ? model.Ranges[i] : null,
                Network = model.Method == MatchMethod.Address ? model.Networks[i] : null,
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
