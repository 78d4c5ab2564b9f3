using Evenkeel.Model;
using Evenkeel.Model.Samples;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>All lists of patterns of a configuration, by file and by number; filled while it is bound. One lock guards all changes.</summary>
/// <param name="before">Of the configuration that this one follows; null at the start.</param>
public sealed class PatternLists(PatternLists? before = null)
{
    private readonly List<(PatternList List, SourcePosition Position)> _ofLines = [];
    private readonly Dictionary<string, PatternList> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<PatternList, SourcePosition> _firstUse = [];
    private readonly Dictionary<PatternList, int> _wantedIds = [];

    internal Lock Changes { get; } = before?.Changes ?? new Lock();

    /// <summary>In the order of their numbers.</summary>
    public IReadOnlyList<PatternList> All { get; private set; } = [];

    /// <summary>By `#NUMBER` or by name.</summary>
    public PatternList? Find(string nameOrId, bool map)
    {
        foreach (var list in All)
        {
            var isMeant = nameOrId.StartsWith('#') ? nameOrId.AsSpan(1).SequenceEqual(list.Id.ToString(System.Globalization.CultureInfo.InvariantCulture))
                : list.Name.Length > 0 && list.Name == nameOrId;
            if (isMeant && (map ? list.IsMap : list.IsAcl)) return list;
        }
        return null;
    }

    /// <summary>The list of a file, made from what the configuration read of it when it is named first.</summary>
    /// <param name="keysOnly">Its lines have a key and a value; otherwise they are keys as a whole.</param>
    internal PatternList OfFile(PatternFileModel file, bool keysOnly, SourcePosition position)
    {
        var list = OfFile(file.Path, position);
        if (list.IsLoaded) return list;
        list.Load(file, keysOnly);
        if (before?._byName.GetValueOrDefault(list.Name) is { } living) list.GoOnFrom(living);
        return list;
    }

    /// <summary>The list of a file, by a rule that changes it and does not know what the file says.</summary>
    internal PatternList OfFile(string loadedFrom, SourcePosition position)
    {
        var list = new PatternList(Changes, loadedFrom, []);
        if (_byName.TryGetValue(list.Name, out var known)) list = known;
        else _byName[list.Name] = list;
        // Sections are not bound in the order of their lines.
        if (!_firstUse.TryGetValue(list, out var first) || position.Line < first.Line) _firstUse[list] = position;
        return list;
    }

    /// <summary>The list of the patterns on an ACL's own line.</summary>
    /// <param name="wantedId">`-u`.</param>
    internal PatternList OfLine(IEnumerable<PatternEntry> entries, SourcePosition position, int? wantedId)
    {
        var list = new PatternList(Changes, "", entries);
        _ofLines.Add((list, position));
        if (wantedId is { } id) _wantedIds[list] = id;
        return list;
    }

    /// <summary>Gives the lists their numbers: ACLs in the order of their lines, then maps.</summary>
    public void Number()
    {
        var lists = _firstUse.Select(use => (List: use.Key, Position: use.Value, IsLine: false))
            .Concat(_ofLines.Select(line => (line.List, line.Position, IsLine: true)))
            .OrderBy(use => use.List.IsAcl ? 0 : 1).ThenBy(use => use.Position.Line).ThenBy(use => use.IsLine)
            .Select(use => use.List).ToList();
        var taken = _wantedIds.Values.ToHashSet();
        var next = 0;
        foreach (var list in lists)
        {
            if (_wantedIds.TryGetValue(list, out var wanted))
            {
                list.Id = wanted;
                continue;
            }
            while (taken.Contains(next)) next++;
            list.Id = next++;
        }
        All = [.. lists.OrderBy(list => list.Id)];
    }
}
