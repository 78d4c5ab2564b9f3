using System.Globalization;

namespace Evenkeel.Linux.Processes;

/// <summary>How the processors of this machine belong together, as /sys/devices/system/cpu tells. What it does not tell is as on a machine without it: each
/// processor a core of its own, one node, one cache.</summary>
public static class ProcessorMap
{
    private const string Root = "/sys/devices/system/cpu";

    /// <summary>Every processor that is on, in order.</summary>
    public static List<int> Online() => ReadList(Root + "/online");

    /// <summary>The memory node of a processor.</summary>
    public static int Node(int processor)
    {
        const string Prefix = "node";
        var folder = $"{Root}/cpu{processor}";
        if (!Directory.Exists(folder)) return 0;
        foreach (var path in Directory.GetDirectories(folder, Prefix + "*"))
            if (int.TryParse(Path.GetFileName(path).AsSpan(Prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var node)) return node;
        return 0;
    }

    /// <summary>The processors of its core, itself among them, in order.</summary>
    public static List<int> Siblings(int processor)
    {
        var siblings = ReadList($"{Root}/cpu{processor}/topology/thread_siblings_list");
        return siblings.Count > 0 ? siblings : [processor];
    }

    /// <summary>The processors that share its third-level cache; everybody where there is none.</summary>
    public static List<int> SharersOfCache(int processor)
    {
        var sharers = ReadList($"{Root}/cpu{processor}/cache/index3/shared_cpu_list");
        return sharers.Count > 0 ? sharers : Online();
    }

    /// <summary>The number, from 0, of the set that a processor belongs to, when sets are counted by their first member.</summary>
    public static int Turn(int processor, Func<int, List<int>> setOf)
    {
        var own = setOf(processor) is { Count: > 0 } set ? set[0] : processor;
        return Online().Select(number => setOf(number) is { Count: > 0 } found ? found[0] : number).Distinct().Count(first => first < own);
    }

    /// <summary>`0-3,8`.</summary>
    public static List<int> ParseList(string text)
    {
        var numbers = new List<int>();
        foreach (var part in text.Trim().Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = part.IndexOf('-', StringComparison.Ordinal);
            if (!int.TryParse(dash < 0 ? part : part[..dash], NumberStyles.None, CultureInfo.InvariantCulture, out var first)) continue;
            var last = first;
            if (dash >= 0 && !int.TryParse(part.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out last)) continue;
            for (var number = first; number <= last; number++) numbers.Add(number);
        }

        return numbers;
    }

    private static List<int> ReadList(string path)
    {
        try
        {
            return ParseList(File.ReadAllText(path));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
