using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Threading.Tasks;
using Evenkeel.Model.Samples;
using Evenkeel.Proxy.Memory;

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

    /// <summary>Nothing is ever wrong with a key.</summary>
    bool TakesAnyKey { get; }

    /// <summary>What is wrong with a key for this method, in the original's words; null when it fits.</summary>
    string? Complaint(string key);

    void Added(PatternEntry entry);

    void Removed(PatternEntry entry);

    /// <summary>Makes a file's entries ready before one of its lists gets them: any thread, without the lock.</summary>
    void Prepare(PatternList list, FileEntries file);

    /// <summary>The list has other entries now.</summary>
    void Replaced();

    /// <summary>The entry of one of its lists that decides for a text; null when none matches. Not for the hot path.</summary>
    PatternEntry? Find(PatternList list, string text);
}

/// <summary>
/// A list of patterns that operators and rules may change at run time: one for each file that ACLs or maps name, and one for the patterns on the line of
/// each ACL (management.txt 9.3 "show acl", "show map"). Several versions may be prepared beside the one in force.
/// </summary>
/// <remarks>
/// The version in force is what the file said (<see cref="FileEntries"/>) and, behind it, what came later, an object each. A version that operators
/// prepare (<see cref="PreparedVersion"/>) takes the file's place when it is committed.
/// </remarks>
public sealed class PatternList
{
    /// <summary>Entries whose index is made within a turn of the loop.</summary>
    private const int MostIndexedAtOnce = 4_096;

    private const string TooLarge = "This version is too large: put entries into a second list.";

    private readonly Lock _lock;
    private readonly List<IPatternUser> _users = [];
    private readonly Dictionary<uint, PreparedVersion> _prepared = [];
    private readonly List<string> _uses = [];
    private List<PatternEntry> _entries;
    private FileEntries _file = FileEntries.None;
    private ulong _loadedHash;
    private uint _committing;
    private Dictionary<string, PatternEntry>? _firstByKey;
    private bool _hasKeysTwice;

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

    internal void Load(PatternFileModel file, bool keysOnly)
    {
        _file = new FileEntries(file, keysOnly, PatternEntry.TakeIds(file.Lines.Length));
        IsLoaded = true;
        _loadedHash = XxHash64.HashToUInt64(file.Text);
    }

    /// <summary>After a reload: what operators and rules made of the list of the same name stays, if its file says what it said then.</summary>
    internal void GoOnFrom(PatternList before)
    {
        lock (_lock)
        {
            if (!before.IsLoaded || before._loadedHash != _loadedHash) return;
            if (before._file.Text.AsSpan().SequenceEqual(_file.Text)) _file.File.ShareWith(before._file.File);
            (_entries, _file) = ([.. before._entries], before._file);
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
            lock (_lock) return (_file.Count + _entries.Count + _prepared.Values.Sum(version => version.Count)) * Math.Max(1, _users.Count);
        }
    }

    /// <summary>Who uses it: "acl at file 'a.cfg' line 5".</summary>
    public IReadOnlyList<string> Uses => _uses;

    internal IReadOnlyList<IPatternUser> Users => _users;

    /// <summary>One version's entries in their order. Those of the file are read while they are enumerated.</summary>
    public IEnumerable<PatternEntry> Snapshot(uint? version = null)
    {
        lock (_lock)
        {
            if (IsPrepared(version)) return _prepared.GetValueOrDefault(version!.Value)?.Entries() ?? [];
            PatternEntry[] added = [.. _entries];
            return OfFile(_file).Concat(added);
        }
    }

    /// <summary>A copy of the entries in force behind those of the file.</summary>
    internal PatternEntry[] Added()
    {
        lock (_lock) return [.. _entries];
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
            if (IsPrepared(version))
            {
                if (!_prepared.TryGetValue(version!.Value, out var prepared)) return "Version number out of range.";
                return prepared.TryAdd(Encoding.Latin1.GetBytes(key), Encoding.Latin1.GetBytes(value)) ? null : TooLarge;
            }

            var entry = new PatternEntry(key, value);
            _entries.Add(entry);
            Announce(entry);
            return null;
        }
    }

    /// <summary>The same from bytes: an entry of a prepared version becomes no object on its way.</summary>
    public string? Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, uint? version = null)
    {
        lock (_lock)
        {
            if (IsPrepared(version) && _prepared.TryGetValue(version!.Value, out var prepared) && _users.TrueForAll(static user => user.TakesAnyKey))
                return prepared.TryAdd(key, value) ? null : TooLarge;
        }
        return Add(Encoding.Latin1.GetString(key), Encoding.Latin1.GetString(value), version);
    }

    /// <summary>Changes the values of all entries with a key.</summary>
    /// <returns>False when there is none.</returns>
    public bool Set(string key, string value)
    {
        var bytes = Encoding.Latin1.GetBytes(value);
        lock (_lock)
        {
            var inFile = _file.Find(Encoding.Latin1.GetBytes(key));
            if (inFile < 0 && !FirstByKey().ContainsKey(key)) return false;
            for (; inFile >= 0; inFile = _file.NextSame(inFile)) _file.SetValue(inFile, bytes);
            if (!_hasKeysTwice && FirstByKey().TryGetValue(key, out var only)) only.Value = bytes;
            foreach (var entry in _hasKeysTwice ? _entries : [])
                if (entry.Key == key) entry.Value = bytes;
            return true;
        }
    }

    /// <summary>`set-map`: changes the value of a key, or adds it.</summary>
    public void SetOrAdd(string key, string value)
    {
        lock (_lock)
        {
            if (_file.Find(Encoding.Latin1.GetBytes(key)) is >= 0 and var inFile) _file.SetValue(inFile, Encoding.Latin1.GetBytes(value));
            else if (FirstByKey().TryGetValue(key, out var known)) known.Value = Encoding.Latin1.GetBytes(value);
            else _ = Add(key, value);
        }
    }

    /// <summary>`add-acl`: adds a pattern unless it is there.</summary>
    public void AddOnce(string key)
    {
        lock (_lock)
            if (_file.Find(Encoding.Latin1.GetBytes(key)) < 0 && !FirstByKey().ContainsKey(key)) _ = Add(key, "");
    }

    /// <summary>Removes all entries with a key, or the one with an id as `#0x1f`.</summary>
    /// <returns>False when there is none.</returns>
    public bool Remove(string keyOrId)
    {
        lock (_lock)
        {
            var isId = TryId(keyOrId, out var id);
            var fromFile = isId ? RemoveFromFile(_file.FindId(id)) : RemoveFromFile(keyOrId);
            if (!isId && !FirstByKey().ContainsKey(keyOrId)) return fromFile;
            Predicate<PatternEntry> isMeant = isId ? entry => entry.Id == id : entry => entry.Key == keyOrId;
            var gone = _entries.FindAll(isMeant);
            if (gone.Count == 0) return fromFile;
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
            if (version is { } number && number != CurrentVersion) Drop(number);
            else Replace(FileEntries.None);
        }
    }

    /// <summary>Begins a new version beside the one in force.</summary>
    public uint Prepare()
    {
        lock (_lock)
        {
            _prepared[++NextVersion] = new PreparedVersion();
            return NextVersion;
        }
    }

    /// <summary>Puts a prepared version in force; older ones are dropped.</summary>
    /// <returns>
    /// Null when there is no such version. Done at once for a short one; a long one is made ready on a thread beside the traffic, and is in force when done.
    /// </returns>
    public Task? Commit(uint version)
    {
        PreparedVersion? prepared;
        lock (_lock)
        {
            if (version <= CurrentVersion || version <= _committing || version > NextVersion) return null;
            _prepared.Remove(version, out prepared);
            _committing = version;
        }

        if (prepared is { Count: > MostIndexedAtOnce }) return Task.Run(() => Finish(version, prepared));
        Finish(version, prepared);
        return Task.CompletedTask;
    }

    private void Finish(uint version, PreparedVersion? prepared)
    {
        using var hold = CollectionHold.Begin(prepared?.BytesOfFile(_users.Count) ?? 0);
        var file = prepared is { Count: > 0 } ? prepared.ToFile() : FileEntries.None;
        prepared?.Dispose();
        foreach (var user in _users) user.Prepare(this, file);
        lock (_lock)
        {
            // A later one may have been quicker.
            if (version <= CurrentVersion) return;
            foreach (var older in _prepared.Keys.Where(number => number <= version).ToArray()) Drop(older);
            CurrentVersion = version;
            Replace(file);
        }
    }

    private void Drop(uint version)
    {
        if (_prepared.Remove(version, out var dropped)) dropped.Dispose();
    }

    /// <summary>What each of its users finds for a text, in the original's words (`get map`, `get acl`).</summary>
    public IEnumerable<string> Describe(string text, bool map)
    {
        foreach (var user in _users)
        {
            var head = $"type={user.MethodName}, case={(user.IgnoresCase ? "insensitive" : "sensitive")}";
            var word = map ? "found" : "match";
            if (user.Find(this, text) is not { } entry) yield return $"{head}, {word}=no";
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

    /// <summary>The file's entries in force.</summary>
    internal FileEntries File => _file;

    /// <summary>The entries in force behind those of the file; under the lists' lock.</summary>
    internal IReadOnlyList<PatternEntry> Entries => _entries;

    internal void MarkAsMap() => IsMap = true;

    internal void MarkAsAcl() => IsAcl = true;

    private void Announce(PatternEntry entry)
    {
        if (_firstByKey is { } first && !first.TryAdd(entry.Key, entry)) _hasKeysTwice = true;
        foreach (var user in _users) user.Added(entry);
    }

    private void Replace(FileEntries file)
    {
        (_entries, _file) = ([], file);
        (_firstByKey, _hasKeysTwice) = (null, false);
        foreach (var user in _users) user.Replaced();
    }

    private bool RemoveFromFile(string key)
    {
        var index = _file.Find(Encoding.Latin1.GetBytes(key));
        if (index < 0) return false;
        for (; index >= 0; index = _file.NextSame(index)) _file.Remove(index);
        return true;
    }

    private bool RemoveFromFile(int index)
    {
        if (index >= 0) _file.Remove(index);
        return index >= 0;
    }

    private static IEnumerable<PatternEntry> OfFile(FileEntries file)
    {
        for (var i = 0; i < file.Lines; i++)
            if (file.IsThere(i)) yield return file.Entry(i);
    }

    private bool IsPrepared(uint? version) => version is { } number && number != CurrentVersion;

    private Dictionary<string, PatternEntry> FirstByKey()
    {
        if (_firstByKey is not null) return _firstByKey;
        _firstByKey = new Dictionary<string, PatternEntry>(_entries.Count, StringComparer.Ordinal);
        foreach (var entry in _entries)
            if (!_firstByKey.TryAdd(entry.Key, entry)) _hasKeysTwice = true;
        return _firstByKey;
    }

    private static bool TryId(string text, out long id)
    {
        id = 0;
        return text.StartsWith("#0x", StringComparison.Ordinal) && long.TryParse(text.AsSpan(3), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out id);
    }
}
