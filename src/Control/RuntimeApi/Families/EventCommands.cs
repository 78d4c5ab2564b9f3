using System.Text;
using Evenkeel.Proxy.Logging;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>`show events`: what rings keep of the log (management.txt 9.3).</summary>
public static class EventCommands
{
    private const int LookIntervalMs = 100;

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForAll("show events", "[<sink>] [-w] [-n] [-0]", "show event sink state", ShowEvents),
    ];

    private static CommandAnswer ShowEvents(CommandContext context)
    {
        var name = context.Word(2);
        if (name.Length == 0) return CommandAnswer.Warning(string.Concat(List(context.Plane.Rings)));
        if (name is "stdout" or "stderr") return CommandAnswer.Info("Nothing to report for this sink");
        var ring = context.Plane.Rings.FirstOrDefault(ring => ring.Name == name);
        if (ring is null) return CommandAnswer.Error("No such event sink");
        var (waits, fromEnd, separator) = (false, false, '\n');
        foreach (var option in context.Words.Skip(3))
        {
            if (option.Length < 2 || option[0] != '-' || option.AsSpan(1).ContainsAnyExcept("wn0")) return CommandAnswer.Info("unknown option");
            waits |= option.Contains('w');
            fromEnd |= option.Contains('n');
            if (option.Contains('0')) separator = '\0';
        }
        var reader = new Reader(ring, fromEnd ? ring.End : ring.Start, separator);
        if (!waits) return CommandAnswer.Dump(reader.Lines());
        // The line that asked may have more behind it, which would end the waiting at once.
        context.Session.DropInput();
        return CommandAnswer.Dump(reader.Lines(), Follow(reader, context.Session));
    }

    /// <summary>Looks for new lines until the client types something.</summary>
    private static Postponement Follow(Reader reader, CliSession session) => new(long.MaxValue, LookIntervalMs, _ =>
    {
        if (session.HasInput)
        {
            session.DropInput();
            return CommandAnswer.Done;
        }
        return reader.HasMore ? CommandAnswer.Dump(reader.Lines(), Follow(reader, session)) : null;
    });

    private static IEnumerable<string> List(IReadOnlyList<LogRing> rings)
    {
        yield return "Supported events sinks are listed below. Add -0(zero), -w(wait), -n(new). Any key to stop.\n";
        yield return "    stdout     : type=fd, 0 dropped, standard output (fd#1)\n";
        yield return "    stderr     : type=fd, 0 dropped, standard output (fd#2)\n";
        foreach (var ring in rings) yield return $"    {ring.Name,-11}: type=buffer, {ring.Dropped} dropped, {ring.Model.Description}\n";
    }

    private sealed class Reader(LogRing ring, long cursor, char separator)
    {
        private readonly byte[] _line = new byte[ring.Model.MaxLength];
        private long _cursor = cursor;

        public bool HasMore => _cursor < ring.End;

        public IEnumerable<string> Lines()
        {
            int length;
            while ((length = ring.Read(ref _cursor, _line)) >= 0) yield return Encoding.Latin1.GetString(_line, 0, length) + separator;
        }
    }
}
