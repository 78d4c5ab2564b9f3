using System.Collections.Immutable;
using Evenkeel.Config.Diagnostics;
using Evenkeel.Config.Haproxy.Values;
using Evenkeel.Model.Process;

namespace Evenkeel.Config.Haproxy.Sections;

/// <summary>Global keywords about threads, their groups and their processors.</summary>
internal static class GlobalThreads
{
    private const int MaxProcessor = 1_023;

    public static void NbThread(GlobalSection section, Statement statement)
    {
        var bounds = $"value must be between 1 and {ThreadsModel.MaxThreads}";
        if (ComesTooLate(section, statement)) return;
        if (section.Context.HasTooMany(statement, 1) || !TryNumber(section, statement, bounds, out var value)) return;
        if (value is < 1 or > ThreadsModel.MaxThreads) section.Context.Alert($"'nbthread' {bounds} (was {value})");
        else Set(section, threads => threads with { Count = value });
    }

    /// <summary>Bind lines of sections before may have counted on other threads.</summary>
    private static bool ComesTooLate(GlobalSection section, Statement statement)
    {
        if (!section.Context.Draft.HasOtherSections) return false;
        section.Context.Alert($"'{statement.Keyword}' not allowed if a non-global section was previously defined. This parameter must be declared in the first "
            + "global section");
        return true;
    }

    public static void HardLimit(GlobalSection section, Statement statement)
    {
        const string Bounds = "value must be at least 1";
        if (section.Context.HasTooMany(statement, 1) || !TryNumber(section, statement, Bounds, out var value)) return;
        if (value < 1) section.Context.Alert($"'thread-hard-limit' {Bounds} (was {value})");
        else Set(section, threads => threads with { HardLimit = value });
    }

    public static void Groups(GlobalSection section, Statement statement)
    {
        var bounds = $"value must be between 1 and {ThreadsModel.MaxGroups}";
        if (ComesTooLate(section, statement)) return;
        if (section.Context.HasTooMany(statement, 1) || !TryNumber(section, statement, bounds, out var value)) return;
        if (value is < 1 or > ThreadsModel.MaxGroups) section.Context.Alert($"'thread-groups' {bounds} (was {value})");
        else Set(section, threads => threads with { Groups = value });
    }

    public static void MostPerGroup(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        if (!Units.TryInteger(statement[1], out var value) || value is < 0 or > ThreadsModel.MaxPerGroup)
            section.Context.Alert($"'max-threads-per-group' value must be an integer between 1 and {ThreadsModel.MaxPerGroup},  got '{statement[1]}'");
        else if (value > 0) Set(section, threads => threads with { MostPerGroup = value });
    }

    /// <summary>`thread-group 1 1-3 4`.</summary>
    public static void Group(GlobalSection section, Statement statement)
    {
        var bounds = $"thread-group number must be between 1 and {ThreadsModel.MaxGroups}";
        if (ComesTooLate(section, statement)) return;
        if (!TryNumber(section, statement, bounds, out var group)) return;
        if (group is < 1 or > ThreadsModel.MaxGroups)
        {
            section.Context.Alert($"'thread-group' {bounds} (was {group})");
            return;
        }

        var numbers = new SortedSet<int>();
        foreach (var word in statement.From(2))
        {
            if (!TryRange(word, ThreadsModel.MaxThreads, out var first, out var last))
            {
                section.Context.Alert($"'thread-group {group}' passed an unparsable or invalid thread number '{word}' (valid range is 1 to "
                    + $"{ThreadsModel.MaxThreads})");
                return;
            }

            for (var number = first; number <= last; number++) numbers.Add(number);
        }

        if (numbers.Count > 0 && numbers.Max - numbers.Min + 1 != numbers.Count)
        {
            section.Context.Alert($"'thread-group {group}' assigned sparse threads, only contiguous supported");
            return;
        }

        var range = numbers.Count > 0 ? new ThreadGroupModel(group, numbers.Min, numbers.Max) : new ThreadGroupModel(group, 1, 0);
        WarnOfOverlap(section, range);
        Set(section, threads => threads with { GroupRanges = [.. threads.GroupRanges.RemoveAll(known => known.Group == group), range] });
    }

    /// <summary>`cpu-map [auto:]GROUPS[/THREADS] PROCESSORS...`.</summary>
    public static void CpuMap(GlobalSection section, Statement statement)
    {
        if (!statement.Has(1) || !statement.Has(2))
        {
            section.Context.Alert("cpu-map expects a thread group number  ('all', 'odd', 'even', a number from 1 to 64 or a range),  followed by a "
                + "list of CPU ranges with numbers from 0 to 63.");
            return;
        }

        const string Auto = "auto:";
        var isOneEach = statement[1].StartsWith(Auto, StringComparison.Ordinal);
        var who = isOneEach ? statement[1][Auto.Length..] : statement[1];
        var slash = who.IndexOf('/', StringComparison.Ordinal);
        if (!TrySet(section, slash < 0 ? who : who[..slash], out var groups)) return;
        var threads = ulong.MaxValue;
        if (slash >= 0 && !TrySet(section, who[(slash + 1)..], out threads)) return;
        if (!TryProcessors(statement.From(2), out var processors, out var problem))
        {
            section.Context.Alert("cpu-map : " + problem);
            return;
        }

        var (groupCount, threadCount) = (System.Numerics.BitOperations.PopCount(groups), System.Numerics.BitOperations.PopCount(threads));
        if (isOneEach && processors.Length != groupCount && processors.Length != threadCount)
            section.Context.Alert("cpu-map : TGROUP/THREAD range and CPU sets must have the same size to be automatically bound");
        else Set(section, known => known with { CpuMaps = known.CpuMaps.Add(new CpuMapModel(groups, threads, processors, isOneEach)) });
    }

    /// <summary>`cpu-set reset only-cpu 0-3 drop-node 1`.</summary>
    public static void CpuSet(GlobalSection section, Statement statement)
    {
        for (var at = 1; at == 1 || statement.Has(at); at++)
        {
            var directive = statement[at];
            var kind = directive.StartsWith("only-", StringComparison.Ordinal) ? CpuSetKind.Only : CpuSetKind.Drop;
            var word = directive[Math.Min("only-".Length, directive.Length)..];
            CpuSetUnit? unit = word switch
            {
                "cpu" => CpuSetUnit.Processor, "node" => CpuSetUnit.Node, "cluster" => CpuSetUnit.Cluster, "core" => CpuSetUnit.Core,
                "thread" => CpuSetUnit.Thread, _ => null,
            };
            var numbers = ImmutableArray<int>.Empty;
            if (directive == "reset") (kind, unit) = (CpuSetKind.Reset, CpuSetUnit.Processor);
            else if (unit is null || (kind == CpuSetKind.Drop && !directive.StartsWith("drop-", StringComparison.Ordinal)))
            {
                var what = directive.Length == 0 ? "requires a directive and an optional value" : $"passed an unknown directive '{directive}'";
                section.Context.Alert($"'cpu-set' {what} (only 'reset', 'only-cpu', 'drop-cpu', 'only-node', 'drop-node', "
                    + "'only-cluster', 'drop-cluster', 'only-core', 'drop-core', 'only-thread', 'drop-thread' supported).");
                return;
            }
            else
            {
                var problem = "missing CPU set";
                if (!statement.Has(++at) || !TryProcessors([statement[at]], out numbers, out problem))
                {
                    section.Context.Alert($"'cpu-set {directive}': {problem}\n.");
                    return;
                }
            }

            Set(section, threads => threads with { CpuSets = threads.CpuSets.Add(new CpuSetModel(kind, unit.Value, numbers)) });
        }
    }

    public static void IdlePoolShared(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        IdleSharing? sharing = statement[1] switch { "full" => IdleSharing.Process, "on" => IdleSharing.Group, "off" => IdleSharing.None, _ => null };
        if (sharing is null) section.Context.Alert($"'tune.idle-pool.shared' expects 'full', 'on' or 'off' but got '{statement[1]}'.");
        else Set(section, threads => threads with { IdleSharing = sharing.Value });
    }

    /// <summary>The older word for `tune.idle-pool.shared full`.</summary>
    public static void TakeOverOtherGroups(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        section.Context.WarningTight("'tune.takeover-other-tg-connections' is deprecated and will be removed in version 3.7. Please use "
            + "'tune.idle-pool.shared");
        if (statement[1] is not ("none" or "restricted" or "full"))
        {
            var got = statement.Has(1) ? $", got '{statement[1]}'" : "";
            section.Context.Alert($"'tune.takeover-other-tg-connections' expects 'none', 'restricted', or 'full'{got}");
        }
        else if (statement[1] == "full") Set(section, threads => threads with { IdleSharing = IdleSharing.Process });
    }

    public static void DefaultShards(GlobalSection section, Statement statement)
    {
        if (section.Context.HasTooMany(statement, 1)) return;
        Sharding? sharding = statement[1] switch
        {
            "by-process" => Sharding.Fixed, "by-group" => Sharding.ByGroup, "by-thread" => Sharding.ByThread, _ => null,
        };
        if (sharding is null)
            section.Context.Alert($"'tune.listener.default-shards' expects either 'by-process', 'by-group', or 'by-thread' but got '{statement[1]}'.");
        else Set(section, threads => threads with { DefaultSharding = sharding.Value });
    }

    private static void Set(GlobalSection section, Func<ThreadsModel, ThreadsModel> change) =>
        section.Model = section.Model with { Threads = change(section.Model.Threads) };

    private static bool TryNumber(GlobalSection section, Statement statement, string bounds, out int value)
    {
        if (Units.TryInteger(statement[1], out value)) return true;
        if (long.TryParse(statement[1], System.Globalization.NumberStyles.AllowLeadingSign, null, out var large))
        {
            section.Context.Alert($"'{statement.Keyword}' {bounds} (was {large})");
            return false;
        }
        section.Context.Alert($"'{statement.Keyword}' passed a missing or unparsable integer value in '{statement[1]}'");
        return false;
    }

    private static void WarnOfOverlap(GlobalSection section, ThreadGroupModel range)
    {
        foreach (var known in section.Model.Threads.GroupRanges)
        {
            if (known.Group == range.Group || known.Last < range.First || known.First > range.Last) continue;
            section.Context.Warning($"'thread-group {range.Group}': thread {Math.Max(known.First, range.First)} was previously assigned to thread group "
                + $"{known.Group} and will be overridden.");
        }
    }

    private static bool TryRange(string text, int most, out int first, out int last)
    {
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        last = 0;
        if (!Units.TryInteger(dash < 0 ? text : text[..dash], out first) || first < 1 || first > most) return false;
        last = first;
        return dash < 0 || (Units.TryInteger(text[(dash + 1)..], out last) && last >= 1 && last <= most);
    }

    /// <summary>`all`, `odd`, `even`, `3`, `3-`, `3-5` as bits; bit 0 is number 1.</summary>
    private static bool TrySet(GlobalSection section, string text, out ulong set)
    {
        set = text switch { "all" => ulong.MaxValue, "odd" => 0x5555_5555_5555_5555, "even" => 0xAAAA_AAAA_AAAA_AAAA, _ => 0 };
        if (set != 0) return true;
        var open = text.EndsWith('-') ? text + ThreadsModel.MaxPerGroup : text;
        if (open.Length == 0 || !char.IsAsciiDigit(open[0]))
        {
            section.Context.Alert($"cpu-map : '{text}' is not a valid number/range.");
            return false;
        }

        if (!TryRange(open, ThreadsModel.MaxPerGroup, out var first, out var last))
        {
            section.Context.Alert($"cpu-map : '{text}' is not a valid number/range. It supports numbers from 1 to {ThreadsModel.MaxPerGroup}.\n");
            return false;
        }

        for (var number = Math.Min(first, last); number <= Math.Max(first, last); number++) set |= 1ul << (number - 1);
        return true;
    }

    /// <summary>`0-3,8 9`: sorted. What stands behind a number that ends oddly does not count, as with the original.</summary>
    private static bool TryProcessors(ReadOnlySpan<string> words, out ImmutableArray<int> processors, out string problem)
    {
        var found = new SortedSet<int>();
        processors = [];
        problem = "";
        foreach (var word in words)
        foreach (var (index, part) in word.Split(',').Index())
        {
            if (part.Length == 0 || !char.IsAsciiDigit(part[0]))
            {
                if (index > 0) break;
                problem = $"'{word}' is not a CPU range.";
                return false;
            }

            var dash = part.IndexOf('-', StringComparison.Ordinal);
            var first = Units.LenientInteger(dash < 0 ? part : part[..dash]);
            var last = dash < 0 ? first : dash + 1 == part.Length ? MaxProcessor : Units.LenientInteger(part[(dash + 1)..]);
            if (first > MaxProcessor || last > MaxProcessor)
            {
                problem = $"supports CPU numbers from 0 to {MaxProcessor}.";
                return false;
            }

            for (var number = Math.Min(first, last); number <= Math.Max(first, last); number++) found.Add(number);
        }

        processors = [.. found];
        return true;
    }
}
