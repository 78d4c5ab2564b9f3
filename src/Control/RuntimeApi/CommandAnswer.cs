namespace Evenkeel.Control.RuntimeApi;

/// <summary>Syslog's severities, as `set severity-output` shows them.</summary>
public enum MessageSeverity { Emergency = 0, Alert = 1, Critical = 2, Error = 3, Warning = 4, Notice = 5, Info = 6, Debug = 7 }

/// <summary>
/// What a command answers: nothing, a short message with a severity, or pieces of text that are produced only as fast as the client reads them.
/// The session adds the empty line that ends each answer.
/// </summary>
public sealed class CommandAnswer
{
    private CommandAnswer()
    {
    }

    /// <summary>Done, nothing to say.</summary>
    public static CommandAnswer Done { get; } = new();

    /// <summary>Text of a message, else null.</summary>
    public string? Message { get; private init; }

    public MessageSeverity Severity { get; private init; }

    /// <summary>Pieces of a dump in order, else null. Each is made when the one before it has been sent.</summary>
    public IEnumerable<string>? Pieces { get; private init; }

    /// <summary>What comes behind the pieces in place of the answer's end; else null.</summary>
    public Postponement? Then { get; private init; }

    /// <summary>Asked again at each time it names until it answers; else null.</summary>
    public Postponement? Postponed { get; private init; }

    /// <summary>Nothing follows in this session.</summary>
    public bool EndsSession { get; private init; }

    /// <summary>The conversation ends with the listening sockets handed over (`_getsocks`).</summary>
    public bool HandsSocketsOver { get; private init; }

    public static CommandAnswer Sockets { get; } = new() { EndsSession = true, HandsSocketsOver = true };

    public static CommandAnswer Error(string text) => Say(MessageSeverity.Error, text);

    public static CommandAnswer Warning(string text) => Say(MessageSeverity.Warning, text);

    public static CommandAnswer Notice(string text) => Say(MessageSeverity.Notice, text);

    public static CommandAnswer Info(string text) => Say(MessageSeverity.Info, text);

    public static CommandAnswer Say(MessageSeverity severity, string text) => new() { Severity = severity, Message = text };

    public static CommandAnswer Dump(IEnumerable<string> pieces) => new() { Pieces = pieces };

    /// <summary>A dump that goes on later.</summary>
    public static CommandAnswer Dump(IEnumerable<string> pieces, Postponement then) => new() { Pieces = pieces, Then = then };

    public static CommandAnswer Dump(string text) => new() { Pieces = [text] };

    public static CommandAnswer Quit { get; } = new() { EndsSession = true };

    public static CommandAnswer Later(Postponement postponement) => new() { Postponed = postponement };
}

/// <summary>An answer that has to wait for time to pass or for something to become true (`wait`).</summary>
/// <param name="DeadlineMs">Loop time at which it ends at the latest.</param>
/// <param name="Ask">Called at times of its own choosing by the session; null means not yet.</param>
/// <param name="IntervalMs">How often <paramref name="Ask"/> is asked before the deadline; 0 asks at the deadline only.</param>
public sealed record Postponement(long DeadlineMs, int IntervalMs, Func<long, CommandAnswer?> Ask);
