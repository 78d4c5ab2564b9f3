using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Evenkeel.Proxy.Samples.Patterns;

/// <summary>What matches with the entries of a <see cref="PatternList"/>: an ACL test or a map.</summary>
/// <remarks>
/// Told of every change under the lists' lock; workers match without one, so a change replaces what they look at as a whole or entry by entry.
/// </remarks>
internal interface IPatternUser
{
    /// <summary>As messages name its method: "str", "ip".</summary>
    string MethodName { get; }

    bool IgnoresCase { get; }

    /// <summary>Looked up at a cost that does not grow with the list.</summary>
    bool IsIndexed { get; }

    /// <summary>What is wrong with a key for this method, in the original's words; null when it fits.</summary>
    string? Complaint(string key);

    void Added(PatternEntry entry);

    void Removed(PatternEntry entry);

    /// <summary>The list has other entries now.</summary>
    void Replaced();

    /// <summary>The entry that decides for a text; null when none matches. Not for the hot path.</summary>
    PatternEntry? Find(string text);
}

/// <summary>
/// A list of patterns that operators and rules may change at run time: one for each file that ACLs or maps name, and one for the patterns on the line of
/// each ACL (management.txt 9.3 "show acl", "show map"). Several versions may be prepared beside the one in force.
/// </summary>
public sealed class PatternList
{
    private readonly Lock _lock;
    private readonly List<IPatternUser> _users = [];
    private readonly Dictionary<uint, List<PatternEntry>> _prepared = [];
    private readonly List<string> _uses = [];
    private List<PatternEntry> _entries;
    private ulong _loadedHash;
    private Dictionary<string, PatternEntry>? _firstByKey;

    internal PatternList(Lock changes, string loadedFrom, IEnumerable<PatternEntry> entries)
    {
        _lock = changes;
        LoadedFrom = loadedFrom;
        _entries = [.. entries];
    }

    /// <summary>It has what its file says, and not only the name by which a rule will change it.</summary>
    internal bool IsLoaded { get; private set; }

    /// <summary>It holds what the list before a reload held, which need not be what its file says.</summary>
    internal bool IsContinued { get; private set; }

    internal void Load(IEnumerable<PatternEntry> entries)
    {
        _entries = [.. entries];
        IsLoaded = true;
        var hash = new XxHash64();
        foreach (var entry in _entries)
        {
            hash.Append(MemoryMarshal.AsBytes(entry.Key.AsSpan()));
            hash.Append("\n"u8);
            hash.Append(entry.Value);
            hash.Append("\n"u8);
        }
        _loadedHash = hash.GetCurrentHashAsUInt64();
    }

    /// <summary>After a reload: what operators and rules made of the list of the same name stays, if its file says what it said then.</summary>
    internal void GoOnFrom(PatternList before)
    {
        lock (_lock)
        {
            if (!before.IsLoaded || before._loadedHash != _loadedHash) return;
            _entries = [.. before._entries];
            (CurrentVersion, NextVersion, IsContinued) = (before.CurrentVersion, before.CurrentVersion, true);
        }
    }

    /// <summary>By which operators may name it: `#5`.</summary>
    public int Id { get; internal set; }

    /// <summary>The file as the configuration names it, with `virt@` or `opt@`; empty for patterns on an ACL's own line.</summary>
    public string LoadedFrom { get; }

    /// <summary>By which operators name it: the file's path, or `virt@NAME`; empty for patterns on an ACL's own line.</summary>
    public string Name => LoadedFrom.StartsWith("opt@", StringComparison.Ordinal) ? LoadedFrom[4..]
        : LoadedFrom.StartsWith("file@", StringComparison.Ordinal) ? LoadedFrom[5..] : LoadedFrom;

    public bool IsMap { get; private set; }

    public bool IsAcl { get; private set; }

    public uint CurrentVersion { get; private set; }

    public uint NextVersion { get; private set; }

    /// <summary>Entries of all versions, once for each of its users, as the original counts them.</summary>
    public int EntryCount
    {
        get
        {
            lock (_lock) return (_entries.Count + _prepared.Values.Sum(version => version.Count)) * Math.Max(1, _users.Count);
        }
    }

    /// <summary>Who uses it: "acl at file 'a.cfg' line 5".</summary>
    public IReadOnlyList<string> Uses => _uses;

    internal IReadOnlyList<IPatternUser> Users => _users;

    /// <summary>A copy of one version's entries in their order.</summary>
    public PatternEntry[] Snapshot(uint? version = null)
    {
        lock (_lock) return [.. VersionOrNull(version) ?? []];
    }

    /// <summary>Appends an entry to the version in force or to a prepared one.</summary>
    /// <returns>A complaint in the original's words, or null.</returns>
    public string? Add(string key, string value, uint? version = null)
    {
        lock (_lock)
        {
            foreach (var user in _users)
                if (user.Complaint(key) is { } complaint) return complaint + ".";
            if (version > NextVersion) return "Version number in the future, please use 'prepare map' before.";
            if (VersionOrNull(version) is not { } entries) return "Version number out of range.";
            var entry = new PatternEntry(key, value);
            entries.Add(entry);
            if (ReferenceEquals(entries, _entries)) Announce(entry);
            return null;
        }
    }

    /// <summary>Changes the values of all entries with a key.</summary>
    /// <returns>False when there is none.</returns>
    public bool Set(string key, string value)
    {
        var bytes = Encoding.Latin1.GetBytes(value);
        lock (_lock)
        {
            if (!FirstByKey().ContainsKey(key)) return false;
            foreach (var entry in _entries)
                if (entry.Key == key) entry.Value = bytes;
            return true;
        }
    }

    /// <summary>`set-map`: changes the value of a key, or adds it.</summary>
    public void SetOrAdd(string key, string value)
    {
        lock (_lock)
        {
            if (FirstByKey().TryGetValue(key, out var known)) known.Value = Encoding.Latin1.GetBytes(value);
            else _ = Add(key, value);
        }
    }

    /// <summary>`add-acl`: adds a pattern unless it is there.</summary>
    public void AddOnce(string key)
    {
        lock (_lock)
            if (!FirstByKey().ContainsKey(key)) _ = Add(key, "");
    }

    /// <summary>Removes all entries with a key, or the one with an id as `#0x1f`.</summary>
    /// <returns>False when there is none.</returns>
    public bool Remove(string keyOrId)
    {
        lock (_lock)
        {
            Predicate<PatternEntry> isMeant = TryId(keyOrId, out var id) ? entry => entry.Id == id : entry => entry.Key == keyOrId;
            if (!TryId(keyOrId, out _) && !FirstByKey().ContainsKey(keyOrId)) return false;
            var gone = _entries.FindAll(isMeant);
            if (gone.Count == 0) return false;
            _entries.RemoveAll(isMeant);
            _firstByKey = null;
            foreach (var user in _users)
                foreach (var entry in gone) user.Removed(entry);
            return true;
        }
    }

    /// <summary>Empties a version.</summary>
    public void Clear(uint? version = null)
    {
        lock (_lock)
        {
            if (version is { } number && number != CurrentVersion) _prepared.Remove(number);
            else Replace([]);
        }
    }

    /// <summary>Begins a new version beside the one in force.</summary>
    public uint Prepare()
    {
        lock (_lock)
        {
            _prepared[++NextVersion] = [];
            return NextVersion;
        }
    }

    /// <summary>Puts a prepared version in force; older ones are dropped.</summary>
    /// <returns>False when there is no such version.</returns>
    public bool Commit(uint version)
    {
        lock (_lock)
        {
            if (version <= CurrentVersion || version > NextVersion) return false;
            var entries = _prepared.GetValueOrDefault(version) ?? [];
            foreach (var older in _prepared.Keys.Where(number => number <= version).ToArray()) _prepared.Remove(older);
            CurrentVersion = version;
            Replace(entries);
            return true;
        }
    }

    /// <summary>What each of its users finds for a text, in the original's words (`get map`, `get acl`).</summary>
    public IEnumerable<string> Describe(string text, bool map)
    {
        foreach (var user in _users)
        {
            var head = $"type={user.MethodName}, case={(user.IgnoresCase ? "insensitive" : "sensitive")}";
            var word = map ? "found" : "match";
            if (user.Find(text) is not { } entry) yield return $"{head}, {word}=no";
            else
            {
                var found = $"{head}, {word}=yes, idx={(user.IsIndexed ? "tree" : "list")}";
                yield return map ? $"{found}, key=\"{entry.Key}\", value=\"{Encoding.Latin1.GetString(entry.Value)}\", type=\"str\""
                    : $"{found}, pattern=\"{entry.Key}\"";
            }
        }
    }

    internal void AddUser(IPatternUser user, bool isMap, string use)
    {
        if (isMap) IsMap = true;
        else IsAcl = true;
        _users.Add(user);
        _uses.Add(use);
    }

    /// <summary>The entries in force; under the lists' lock.</summary>
    internal IReadOnlyList<PatternEntry> Entries => _entries;

    internal void MarkAsMap() => IsMap = true;

    internal void MarkAsAcl() => IsAcl = true;

    private void Announce(PatternEntry entry)
    {
        _firstByKey?.TryAdd(entry.Key, entry);
        foreach (var user in _users) user.Added(entry);
    }

    private void Replace(List<PatternEntry> entries)
    {
        _entries = entries;
        _firstByKey = null;
        foreach (var user in _users) user.Replaced();
    }

    private List<PatternEntry>? VersionOrNull(uint? version) =>
        version is null || version == CurrentVersion ? _entries : _prepared.GetValueOrDefault(version.Value);

    private Dictionary<string, PatternEntry> FirstByKey()
    {
        if (_firstByKey is not null) return _firstByKey;
        _firstByKey = new Dictionary<string, PatternEntry>(_entries.Count, StringComparer.Ordinal);
        foreach (var entry in _entries) _firstByKey.TryAdd(entry.Key, entry);
        return _firstByKey;
    }

    private static bool TryId(string text, out long id)
    {
        id = 0;
        return text.StartsWith("#0x", StringComparison.Ordinal) && long.TryParse(text.AsSpan(3), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out id);
    }
}
