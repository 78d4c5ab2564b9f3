using System.Globalization;
using System.Text;
using Evenkeel.Linux.Sockets;
using Evenkeel.Proxy.Servers;
using Evenkeel.Proxy.Streams;

namespace Evenkeel.Control.RuntimeApi.Families;

/// <summary>Commands that list and end what runs. Workers are asked and answer within a turn of their loops.</summary>
public static class StreamCommands
{
    /// <summary>A worker that has not answered by then is left out.</summary>
    private const int AnswerMs = 2_000;

    private const int AskAgainMs = 2;

    private const string Usage =
        "Usage: show sess [<id> | all | help] [<options>*]\n"
        + "Lists the running streams.\n"
        + "   <id>         only this stream (0x...)\n"
        + "   all          all streams\n"
        + "   help         show this\n"
        + "Options:\n"
        + "   older <age>  only streams older than <age> seconds\n"
        + "   server <b/s> only streams on this server\n"
        + "   backend <b>  only streams in this backend\n"
        + "   frontend <f> only streams of this frontend\n";

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForOperators("show sess", "[help|<id>|all] [opts...]", "list the running streams", ShowSessions),
        RuntimeCommand.ForAdmins("shutdown session", "[id]", "end a stream", ShutdownSession),
        RuntimeCommand.ForAdmins("shutdown sessions server", "<bk>/<srv>", "end all streams on a server", ShutdownOnServer),
    ];

    private static CommandAnswer ShowSessions(CommandContext context)
    {
        if (context.Word(2) == "help") return CommandAnswer.Info(Usage);
        if (context.Plane.Sessions is not { } sessions) return CommandAnswer.Done;
        long? onlyId = null;
        var next = 2;
        if (context.Word(next) == "all") next++;
        else if (TryId(context.Word(next), out var id))
        {
            onlyId = id;
            next++;
        }

        if (ReadFilter(context, next) is not { } filter) return CommandAnswer.Error(Usage);
        var list = sessions.List();
        var deadlineMs = context.NowMs + AnswerMs;
        return CommandAnswer.Later(new Postponement(deadlineMs, AskAgainMs, nowMs =>
        {
            if (!list.IsComplete && nowMs < deadlineMs) return null;
            var chosen = list.Notes.Where(note => (onlyId is null || note.Id == onlyId) && filter(note)).ToList();
            return onlyId is not null && chosen.Count == 0 ? CommandAnswer.Dump("Session not found.\n") : CommandAnswer.Dump(chosen.Select(Line));
        }));
    }

    private static Func<StreamNote, bool>? ReadFilter(CommandContext context, int next)
    {
        var filters = new List<Func<StreamNote, bool>>();
        for (; context.Word(next).Length > 0; next += 2)
        {
            var value = context.Word(next + 1);
            if (value.Length == 0) return null;
            switch (context.Word(next))
            {
                case "older" when CommandNumbers.TryDuration(value, 1000, out var ageMs): filters.Add(note => note.AgeMs > ageMs); break;
                case "frontend": filters.Add(note => note.Frontend == value); break;
                case "backend": filters.Add(note => note.Backend == value); break;
                case "server": filters.Add(note => note.Backend + "/" + note.Server == value); break;
                default: return null;
            }
        }

        return note => filters.TrueForAll(filter => filter(note));
    }

    /// <summary>The fields scripts look for, under the original's names, and where the stream stands.</summary>
    private static string Line(StreamNote note)
    {
        var text = new StringBuilder();
        var proto = note.Client.Family switch { EndpointFamily.IPv6 => "tcpv6", EndpointFamily.Unix => "unix_stream", _ => "tcpv4" };
        text.Append(CultureInfo.InvariantCulture, $"0x{note.Id:x}: proto={proto} src={note.Client} fe={note.Frontend} be={note.Backend ?? "<NONE>"} ")
            .Append(CultureInfo.InvariantCulture, $"srv={note.Server ?? "<none>"} ts=00 age={Web.StatsPageRow.Span(note.AgeMs / 1000)} ")
            .Append(CultureInfo.InvariantCulture, $"calls={note.RequestNumber} phase={note.Phase.ToString().ToLowerInvariant()} ")
            .Append(CultureInfo.InvariantCulture, $"bin={note.BytesIn} bout={note.BytesOut} rc={note.Retries}\n");
        return text.ToString();
    }

    private static CommandAnswer ShutdownSession(CommandContext context)
    {
        if (!TryId(context.Word(2), out var id)) return CommandAnswer.Error("Session pointer expected (use 'show sess').");
        var unknown = CommandAnswer.Error("No such session (use 'show sess').");
        if (context.Plane.Sessions?.End(id) is not { } ending) return unknown;
        var deadlineMs = context.NowMs + AnswerMs;
        return CommandAnswer.Later(new Postponement(deadlineMs, AskAgainMs, nowMs => ending.Found switch
        {
            true => CommandAnswer.Done,
            false => unknown,
            null => nowMs < deadlineMs ? null : CommandAnswer.Error("The worker of this session does not answer."),
        }));
    }

    private static CommandAnswer ShutdownOnServer(CommandContext context)
    {
        if (ServerPath.Find(context.Plane, context.Word(3), out Server? server) is { } failure) return CommandAnswer.Error(failure);
        context.Plane.Sessions?.EndOn(server!);
        return CommandAnswer.Done;
    }

    private static bool TryId(string text, out long id)
    {
        id = 0;
        return text.StartsWith("0x", StringComparison.Ordinal)
            && long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id);
    }
}
