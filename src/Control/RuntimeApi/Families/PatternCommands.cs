using System.Globalization;
using System.Text;
using Evenkeel.Proxy.Samples.Patterns;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands that show and change the patterns of ACLs and the entries of maps (management.txt 9.3 "show map" and its like).</summary>
public static class PatternCommands
{
    public static IEnumerable<RuntimeCommand> All => [.. Of(map: false), .. Of(map: true)];

    private static IEnumerable<RuntimeCommand> Of(bool map)
    {
        var (kind, name) = map ? ("map", "<map>") : ("acl", "<acl>");
        yield return RuntimeCommand.ForAdmins($"show {kind}", $"[@<ver>] [{kind}]",
            map ? "report available maps or dump a map's contents" : "report available acls or dump an acl's contents", context => Show(context, map));
        yield return RuntimeCommand.ForAdmins($"get {kind}", $"{name} <value>",
            map ? "report the keys and values matching a sample for a map" : "report the patterns matching a sample for an ACL", context => Get(context, map));
        yield return RuntimeCommand.ForAdmins($"add {kind}", map ? "[@<ver>] <map> <key> <val>" : "[@<ver>] <acl> <pattern>",
            map ? "add a map entry (payload supported instead of key/val)" : "add an acl entry", context => Add(context, map));
        yield return RuntimeCommand.ForAdmins($"del {kind}", map ? "<map> [<key>|#<ref>]" : "<acl> [<key>|#<ref>]",
            map ? "delete map entries matching <key>" : "delete acl entries matching <key>", context => Delete(context, map));
        yield return RuntimeCommand.ForAdmins($"clear {kind}", $"[@<ver>] {name}",
            map ? "clear the contents of this map" : "clear the contents of this acl", context => Clear(context, map));
        yield return RuntimeCommand.ForAdmins($"prepare {kind}", name,
            map ? "prepare a new version for atomic map replacement" : "prepare a new version for atomic ACL replacement", context => Prepare(context, map));
        yield return RuntimeCommand.ForAdmins($"commit {kind}", $"@<ver> {name}",
            map ? "commit the map at this version" : "commit the ACL at this version", context => Commit(context, map));
        if (map) yield return RuntimeCommand.ForAdmins("set map", "<map> [<key>|#<ref>] <value>", "modify a map entry", Set);
    }

    private static CommandAnswer Show(CommandContext context, bool map)
    {
        var version = TakeVersion(context, out var next);
        if (context.Word(next).Length == 0) return CommandAnswer.Dump(List(context.Plane.Patterns, map));
        if (Find(context, next, map) is not { } list) return Unknown(map);
        return CommandAnswer.Dump(list.Snapshot(version).Select(entry => map
            ? $"{Reference(entry)} {entry.Key} {Encoding.Latin1.GetString(entry.Value)}\n"
            : $"{Reference(entry)} {entry.Key}\n"));
    }

    private static IEnumerable<string> List(PatternLists lists, bool map)
    {
        yield return "# id (file) description\n";
        foreach (var list in lists.All.Where(list => map ? list.IsMap : list.IsAcl))
        {
            var uses = string.Join(", by ", list.Uses);
            var text = list.Name.Length == 0 ? uses
                : list.Uses.Count == 0 ? $"pattern loaded from file '{list.LoadedFrom}'"
                : $"pattern loaded from file '{list.LoadedFrom}' used by {uses}";
            yield return $"{list.Id} ({list.Name}) {text}. curr_ver={list.CurrentVersion} next_ver={list.NextVersion} entry_cnt={list.EntryCount}\n";
        }
    }

    private static CommandAnswer Get(CommandContext context, bool map)
    {
        if (context.Word(2).Length == 0 || context.Word(3).Length == 0)
            return CommandAnswer.Error(map ? "Missing map identifier and/or key." : "Missing ACL identifier and/or key.");
        if (Find(context, 2, map) is not { } list) return Unknown(map);
        return CommandAnswer.Dump(list.Describe(context.Word(3), map).Select(line => line + "\n"));
    }

    private static CommandAnswer Add(CommandContext context, bool map)
    {
        var version = TakeVersion(context, out var next);
        var (name, key, value) = (context.Word(next), context.Word(next + 1), context.Word(next + 2));
        var hasPayload = map && !context.Payload.IsEmpty;
        if (name.Length == 0 || (!hasPayload && (key.Length == 0 || (map && value.Length == 0))))
            return CommandAnswer.Error(map
                ? "'add map' expects three parameters (map identifier, key and value) or one parameter (map identifier) and a payload"
                : "'add acl' expects two parameters: ACL identifier and pattern.");
        if (Find(context, next, map) is not { } list) return Unknown(map);
        if (!hasPayload) return list.Add(key, map ? value : "", version) is { } complaint ? CommandAnswer.Error(complaint) : CommandAnswer.Done;
        return AddLines(list, context.Payload.Span, version);
    }

    private static CommandAnswer AddLines(PatternList list, ReadOnlySpan<byte> payload, uint? version)
    {
        foreach (var line in payload.Split((byte)'\n'))
        {
            var text = payload[line].Trim(" \t\r"u8);
            if (text.IsEmpty) continue;
            var end = text.IndexOfAny((byte)' ', (byte)'\t');
            if (end < 0)
            {
                var key = Encoding.Latin1.GetString(text);
                return CommandAnswer.Error($"Missing value for key '{key}'.");
            }

            if (list.Add(text[..end], text[end..].TrimStart(" \t"u8), version) is { } wrong) return CommandAnswer.Error(wrong);
        }
        return CommandAnswer.Done;
    }

    private static CommandAnswer Set(CommandContext context)
    {
        if (context.Word(2).Length == 0 || context.Word(3).Length == 0 || context.Word(4).Length == 0)
            return CommandAnswer.Error("'set map' expects three parameters: map identifier, key and value.");
        if (Find(context, 2, map: true) is not { } list) return Unknown(map: true);
        if (list.Set(context.Word(3), context.Word(4))) return CommandAnswer.Done;
        return CommandAnswer.Error(context.Word(3).StartsWith('#') ? "key or pattern not found." : "entry not found.");
    }

    private static CommandAnswer Delete(CommandContext context, bool map)
    {
        if (context.Word(2).Length == 0 || context.Word(3).Length == 0)
            return CommandAnswer.Error(map ? "This command expects two parameters: map identifier and key."
                : "This command expects two parameters: ACL identifier and key.");
        if (Find(context, 2, map) is not { } list) return Unknown(map);
        return list.Remove(context.Word(3)) ? CommandAnswer.Done : CommandAnswer.Error("Key not found.");
    }

    private static CommandAnswer Clear(CommandContext context, bool map)
    {
        var version = TakeVersion(context, out var next);
        if (context.Word(next).Length == 0) return CommandAnswer.Error(map ? "Missing map identifier." : "Missing ACL identifier.");
        if (Find(context, next, map) is not { } list) return Unknown(map);
        list.Clear(version);
        return CommandAnswer.Done;
    }

    private static CommandAnswer Prepare(CommandContext context, bool map)
    {
        if (Find(context, 2, map) is not { } list) return Unknown(map);
        return CommandAnswer.Info($"New version created: {list.Prepare()}");
    }

    private static CommandAnswer Commit(CommandContext context, bool map)
    {
        if (TakeVersion(context, out var next) is not { } version) return CommandAnswer.Error("Missing version number.");
        if (context.Word(next).Length == 0) return CommandAnswer.Error(map ? "Missing map identifier." : "Missing ACL identifier.");
        if (Find(context, next, map) is not { } list) return Unknown(map);
        if (list.Commit(version) is not { } commit) return CommandAnswer.Error("Version number out of range.");
        return Committed(commit) ?? CommandAnswer.Later(new Postponement(long.MaxValue, IntervalMs: 1, _ => Committed(commit)));
    }

    private static CommandAnswer? Committed(Task commit) => commit.IsCompletedSuccessfully ? CommandAnswer.Done
        : commit.IsCompleted ? CommandAnswer.Error("The version could not be indexed, the one before stays in force: prepare it again, with fewer entries.")
        : null;

    /// <summary>Reads `@VERSION` where one may stand; what is no number is version 0, as in the original.</summary>
    private static uint? TakeVersion(CommandContext context, out int next)
    {
        next = 2;
        if (!context.Word(2).StartsWith('@')) return null;
        next = 3;
        var digits = context.Word(2).AsSpan(1);
        var end = digits.IndexOfAnyExceptInRange('0', '9');
        return uint.TryParse(end < 0 ? digits : digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
    }

    private static PatternList? Find(CommandContext context, int word, bool map) => context.Plane.Patterns.Find(context.Word(word), map);

    private static CommandAnswer Unknown(bool map) =>
        CommandAnswer.Error(map ? "Unknown map identifier. Please use #<id> or <file>." : "Unknown ACL identifier. Please use #<id> or <file>.");

    private static string Reference(PatternEntry entry) => "0x" + entry.Id.ToString("x", CultureInfo.InvariantCulture);
}
