using System.Globalization;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands for those who look for the cause of something: what the process is made of.</summary>
public static class SupportCommands
{
    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForOperators("show libs", "", "show the object files and libraries that are loaded", static _ => CommandAnswer.Dump(Libraries())),
        RuntimeCommand.ForAll("dump stats-file", "", "write counters for the next start",
            static context => CommandAnswer.Dump(Stats.StatsFile.Write(context.Plane.Proxies, context.NowMs))),
    ];

    /// <summary>`START-END (LENGTH) PATH` for each file that is mapped, in the order of addresses.</summary>
    private static IEnumerable<string> Libraries()
    {
        var ranges = new Dictionary<string, (ulong Start, ulong End)>(StringComparer.Ordinal);
        foreach (var line in ReadMaps())
        {
            var path = line.IndexOf('/', StringComparison.Ordinal);
            var dash = line.IndexOf('-', StringComparison.Ordinal);
            var blank = line.IndexOf(' ', StringComparison.Ordinal);
            if (path < 0 || dash < 0 || blank < dash) continue;
            if (!ulong.TryParse(line.AsSpan(0, dash), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var start)) continue;
            if (!ulong.TryParse(line.AsSpan(dash + 1, blank - dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var end)) continue;
            var name = line[path..];
            ranges[name] = ranges.TryGetValue(name, out var known) ? (Math.Min(known.Start, start), Math.Max(known.End, end)) : (start, end);
        }
        return ranges.OrderBy(static range => range.Value.Start)
            .Select(static range => $"0x{range.Value.Start:x16}-0x{range.Value.End - 1:x16} (0x{range.Value.End - range.Value.Start:x}) {range.Key}\n");
    }

    /// <summary>The kernel's list of what is mapped; empty behind a chroot, where it cannot be read.</summary>
    private static string[] ReadMaps()
    {
        try
        {
            return File.ReadAllLines("/proc/self/maps");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
