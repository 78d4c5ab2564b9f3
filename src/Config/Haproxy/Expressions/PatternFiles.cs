using System.Collections.Concurrent;
using System.Text;
using Evenkeel.Model;
using Evenkeel.Model.Rules;
using Evenkeel.Model.Samples;

namespace Evenkeel.Config.Haproxy.Expressions;

/// <summary>Reads and checks pattern and map files, each once however often a configuration names it.</summary>
/// <param name="before">Of the configuration in force: what says the same stays the object it is. Null when there is none.</param>
public sealed class PatternFiles(PatternFiles? before = null)
{
    // Operators' commands look here while the next configuration does.
    private readonly ConcurrentDictionary<string, PatternFileModel> _read = new(StringComparer.Ordinal);
    private ConcurrentDictionary<string, PatternFileModel>? _before = before?._read;
    private readonly HashSet<(PatternFileModel File, bool KeysOnly, MatchMethod Method, bool IgnoreCase)> _checked = [];

    /// <summary>Reads a file; `virt@` names have none and start empty, `opt@` ones may be missing.</summary>
    /// <returns>Null with the original's complaint when the file cannot be read.</returns>
    public PatternFileModel? Load(string name, IWorld world, out string error)
    {
        error = "";
        if (_read.TryGetValue(name, out var known)) return known;
        var file = Again(name, world) ?? Read(name, world, out error);
        if (file is not null) _read[name] = file;
        return file;
    }

    /// <summary>Nothing is read any more: what other files said before may go.</summary>
    public void TakeEffect() => _before = null;

    /// <summary>Checks every entry against a match method.</summary>
    /// <param name="keysOnly">Keys are checked; otherwise whole lines.</param>
    /// <param name="resolved">Where host names go for the address method; null when they are not allowed.</param>
    /// <param name="error">The original's complaint, with the line's number.</param>
    public bool Check(PatternFileModel file, bool keysOnly, MatchMethod method, bool ignoreCase, IWorld world, out string error,
        Dictionary<string, NetworkModel>? resolved = null)
    {
        error = "";
        var needsCheck = method is MatchMethod.Integer or MatchMethod.Length or MatchMethod.Address or MatchMethod.Binary or MatchMethod.Regex;
        if (!needsCheck || _checked.Contains((file, keysOnly, method, ignoreCase))) return true;
        for (var i = 0; i < file.Lines.Length; i++)
        {
            var pattern = keysOnly ? file.KeyAt(i) : file.LineAt(i);
            if (IsPlain(pattern, method) || IsRight(Encoding.Latin1.GetString(pattern), method, ignoreCase, world, resolved, out error)) continue;
            error += $" at line {file.NumberOf(i)} of file '{file.Path}'";
            return false;
        }
        // Names that were looked up belong to the one test that wanted them.
        if (resolved is null or { Count: 0 }) _checked.Add((file, keysOnly, method, ignoreCase));
        return true;
    }

    private static bool IsPlain(ReadOnlySpan<byte> pattern, MatchMethod method) => method switch
    {
        MatchMethod.Integer or MatchMethod.Length => PatternText.TryPlainNumber(pattern, out _),
        MatchMethod.Address => PatternText.TryPlainIPv4(pattern, out _, out _),
        _ => false,
    };

    private static bool IsRight(string pattern, MatchMethod method, bool ignoreCase, IWorld world, Dictionary<string, NetworkModel>? resolved,
        out string error)
    {
        if (PatternReader.TryRead(pattern, method, ignoreCase, world, out error)) return true;
        if (method != MatchMethod.Address || resolved is null || !PatternReader.TryNetwork(pattern, world, resolves: true, out var network)) return false;
        resolved[pattern] = network;
        return true;
    }

    /// <summary>The file as it was read before, if it says what it said then.</summary>
    private PatternFileModel? Again(string name, IWorld world) =>
        _before?.TryGetValue(name, out var file) is true && file.Text.Length > 0 && world.HoldsFile(PathOf(name), file.Text) ? file : null;

    private static string PathOf(string name) => name.StartsWith("opt@", StringComparison.Ordinal) ? name[4..]
        : name.StartsWith("file@", StringComparison.Ordinal) ? name[5..] : name;

    private static PatternFileModel? Read(string name, IWorld world, out string error)
    {
        error = "";
        if (name.StartsWith("virt@", StringComparison.Ordinal)) return PatternFileModel.Empty(name);
        var optional = name.StartsWith("opt@", StringComparison.Ordinal);
        var path = PathOf(name);
        if (path.Length > 0 && world.DirectoryExists(path))
        {
            error = $"error encountered while reading  <{path}> : Is a directory";
            return null;
        }
        var bytes = path.Length == 0 ? null : world.ReadFile(path, out _);
        if (bytes is not null) return PatternFileModel.Cut(name, bytes);
        if (optional) return PatternFileModel.Empty(name);
        error = $"failed to open pattern file <{path}>";
        return null;
    }
}
