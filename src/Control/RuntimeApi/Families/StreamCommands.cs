using System.Globalization;
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
        + "   <id>         only this stream (0x...), with all that is known of it\n"
        + "   all          all streams, with all that is known of them\n"
        + "   help         show this\n"
        + "Options:\n"
        + "   show-uri     also what was asked for\n"
        + "   susp         only streams that should have ended\n"
        + "   older <age>  only streams older than <age> seconds\n"
        + "   server <b/s> only streams on this server\n"
        + "   backend <b>  only streams in this backend\n"
        + "   frontend <f> only streams of this frontend\n";

    public static IEnumerable<RuntimeCommand> All =>
    [
        RuntimeCommand.ForOperators("show sess", "[help|<id>|all] [opts...]", "list the running streams", ShowSessions) with
        {
            Note = "a stream's places, times and bytes; pointers and flags of the original's engine are left out",
        },
        RuntimeCommand.ForAdmins("shutdown session", "[id]", "end a stream", ShutdownSession),
        RuntimeCommand.ForAdmins("shutdown sessions server", "<bk>/<srv>", "end all streams on a server", ShutdownOnServer),
    ];

    private static CommandAnswer ShowSessions(CommandContext context)
    {
        if (context.Word(2) == "help") return CommandAnswer.Info(Usage);
        if (context.Plane.Sessions is not { } sessions) return CommandAnswer.Done;
        var selection = new Selection();
        if (selection.Read(context) is { } complaint) return CommandAnswer.Error(complaint);
        var (list, now, hidden) = (sessions.List(), context.Plane.Process.Now, context.Session.Anonymizer);
        var deadlineMs = context.NowMs + AnswerMs;
        return CommandAnswer.Later(new Postponement(deadlineMs, AskAgainMs, nowMs =>
        {
            if (!list.IsComplete && nowMs < deadlineMs) return null;
            var chosen = list.Notes.Where(selection.Takes).ToList();
            if (selection.OnlyId is not null && chosen.Count == 0) return CommandAnswer.Dump("Session not found.\n");
            return CommandAnswer.Dump(chosen.Select(note =>
                selection.IsLong ? StreamText.Long(note, now, hidden) : StreamText.Short(note, selection.ShowsUri, hidden)));
        }));
    }

    /// <summary>Which streams `show sess` is to list, and how.</summary>
    private sealed class Selection
    {
        private readonly List<Func<StreamNote, bool>> _filters = [];

        public long? OnlyId { get; private set; }

        public bool IsLong { get; private set; }

        public bool ShowsUri { get; private set; }

        public bool Takes(StreamNote note) => (OnlyId is null || note.Id == OnlyId) && _filters.TrueForAll(filter => filter(note));

        /// <returns>What is wrong with the words, or null.</returns>
        public string? Read(CommandContext context)
        {
            var next = 2;
            if (TryId(context.Word(next), out var id)) (OnlyId, IsLong, next) = (id, true, next + 1);
            while (context.Word(next) is { Length: > 0 } option)
            {
                var value = context.Word(next + 1);
                switch (option)
                {
                    case "all":
                        IsLong = true;
                        next++;
                        continue;
                    case "susp":
                        _filters.Add(static note => note.IsSuspicious);
                        next++;
                        continue;
                    case "show-uri":
                        ShowsUri = true;
                        next++;
                        continue;
                }
                if (Filter(context, option, value) is { } complaint) return complaint;
                next += 2;
            }
            return null;
        }

        private string? Filter(CommandContext context, string option, string value)
        {
            switch (option)
            {
                case "older":
                    if (value.Length == 0) return "Expects a minimum age (in seconds by default).";
                    if (!CommandNumbers.TryDuration(value, 1000, out var ageMs)) return "Invalid age.";
                    _filters.Add(note => note.AgeMs > ageMs);
                    return null;
                case "frontend":
                    if (ServerPath.FindFrontend(context.Plane, value) is not { } frontend) return "No such frontend.";
                    _filters.Add(note => note.Frontend == frontend.Name);
                    return null;
                case "backend":
                    if (ServerPath.FindBackend(context.Plane, value) is not { } backend) return "No such backend.";
                    _filters.Add(note => note.Backend == backend.Name);
                    return null;
                case "server":
                    if (ServerPath.Find(context.Plane, value, out var server) is { } complaint) return complaint;
                    _filters.Add(note => note.Backend == server!.Backend.Name && note.ServerId == server.Id);
                    return null;
                default:
                    return $"Unsupported option '{option}', try 'help' for more info.";
            }
        }
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
